"""One set of REST endpoints for every record type."""
