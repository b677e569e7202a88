"""Backends: a server or the local workspace, and layers in front (cache, limits, trace)."""
