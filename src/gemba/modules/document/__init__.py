"""Controlled documents: families, revisions, reading, review and retention (ISO 13485 4.2.3 to 4.2.5)."""
