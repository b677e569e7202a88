"""The service: one method, one request."""
