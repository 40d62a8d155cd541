"""Claims: which duties documents say they cover."""
