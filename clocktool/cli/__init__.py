"""The machinery of the command line: its commands, shared options, filters and results."""
