"""The local workspace: it answers the requests of the service from one SQLite file."""
