"""All changes of entries and names: saved, sent, checked after a lost reply, shown, undone."""
