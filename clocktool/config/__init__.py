"""The configuration: its keys, their layers, the file."""
