"""Proof that history is whole: a Merkle tree over all events, signed seals of it, and copies kept elsewhere."""
