"""The commands, one file each: words to a request, a use case, an output."""
