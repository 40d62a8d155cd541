"""Whether everything stored still is what the trail says: chains, rows, files, signatures, seals."""
