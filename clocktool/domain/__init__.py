"""Values of time tracking: pure, without clock, files or network."""
