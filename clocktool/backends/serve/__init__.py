"""The local workspace over HTTP, for ``serve``."""
