"""The HTTP server of ``serve``, which gives other programs the local workspace."""
