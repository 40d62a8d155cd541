"""Formatted text of controlled documents: cleaned to one closed form, measured, compared, and read as a tree."""
