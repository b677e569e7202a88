"""What a command is given, and the process it runs in: the only reader of clock and environment."""
