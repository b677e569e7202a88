"""Use cases on money: the marks of invoiced entries."""
