"""Personal values stand in events as salted commitments; value and salt are kept beside the chain and can be erased."""
