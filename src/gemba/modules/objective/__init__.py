"""Quality objectives with a measurement per period (ISO 13485 5.4.1; M24)."""
