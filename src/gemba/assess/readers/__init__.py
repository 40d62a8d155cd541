"""One reader per file format; each returns the same plain blocks, with the place each came from."""
