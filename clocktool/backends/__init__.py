"""Where requests go, and what stands in front of it: the same request in, the same reply out."""
