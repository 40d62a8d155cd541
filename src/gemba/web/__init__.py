"""One set of screens for every record type."""
