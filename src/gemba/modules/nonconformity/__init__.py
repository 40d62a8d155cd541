"""Nonconformities, concessions and rework: found, contained, judged, put right (ISO 13485 8.3; M149-M155)."""
