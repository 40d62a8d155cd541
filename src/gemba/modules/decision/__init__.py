"""Decisions with options and reasons; what people are told, and who heard it (ISO 13485 5.5.3, 6.1; M105, M118)."""
