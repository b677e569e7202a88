"""The pictures in README and docs, made by clocktool itself, and what keeps them current."""
