"""Who wrote what, when and why: append-only events, one chain per record, kept in the same transaction."""
