"""Reads a folder of quality documents and says what is on paper and what is proved. Needs no database."""
