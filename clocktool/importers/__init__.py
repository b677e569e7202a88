"""Readers for files with entries, from clocktool and other trackers. Nothing is written here."""
