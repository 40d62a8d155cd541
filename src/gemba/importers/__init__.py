"""Readers that bring existing records in, through the same actions as people use."""
