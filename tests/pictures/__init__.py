"""The pictures in the README, made by clocktool itself, and what keeps them current."""
