"""The write-ahead journal: what was changed from here, what waits to be sent, what is unsure."""
