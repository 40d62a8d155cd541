"""Feedback, complaints, reports to authorities, field actions and their trend (ISO 13485 8.2.1-8.2.3, 8.3.3, 8.4)."""
