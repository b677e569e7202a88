"""Instants, zones, days and periods, and how people write them."""
