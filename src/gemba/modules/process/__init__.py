"""The processes of the quality system, their risks, figures and responsibilities (ISO 13485 4.1.2 to 4.1.4, 5.5.1)."""
