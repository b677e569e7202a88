"""Every change of entries: kept on disk, sent, found after a lost answer, shown, taken back."""
