"""One folder per record type. Siblings never import each other."""
