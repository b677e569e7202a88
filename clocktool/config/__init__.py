"""The configuration: keys, layers, and the file."""
