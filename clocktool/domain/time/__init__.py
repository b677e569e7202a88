"""Instants, zones, days and periods, and parsing of how people write them."""
