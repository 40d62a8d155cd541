"""Corrective and preventive action: cause found, acted on, and shown to work (ISO 13485 8.5.2, 8.5.3; M149-M155)."""
