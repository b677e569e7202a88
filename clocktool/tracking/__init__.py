"""Use cases that take more than one request."""
