"""Which duties a document says it covers: made, ended and read, each claim with its source and its event."""
