"""The API of the service: each method sends one request."""
