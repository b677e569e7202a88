"""Files of entries, ours and those of other trackers, read as rows. Nothing is written here."""
