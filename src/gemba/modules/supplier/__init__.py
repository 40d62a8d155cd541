"""Suppliers: chosen, approved, watched, judged again (ISO 13485 7.4.1-7.4.3; M40, M89, M102, M156-M163)."""
