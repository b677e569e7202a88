"""What a command gets, and its process: only this package reads clock and environment."""
