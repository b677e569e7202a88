"""Every read of entries: asked, with what waits in the outbox laid over."""
