"""Reads of entries, with pending changes of the outbox applied."""
