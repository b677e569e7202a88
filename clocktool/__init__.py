"""clocktool: track time from the terminal."""

__version__ = "0.1.0"
