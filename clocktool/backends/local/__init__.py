"""The local workspace: the same requests answered from one SQLite file."""
