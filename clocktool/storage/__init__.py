"""Files on this machine: SQLite databases, the send lock, and small private files."""
