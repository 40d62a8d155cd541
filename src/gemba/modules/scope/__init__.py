"""What the quality system is for, whose duties it has, and which of them apply (ISO 13485 4.1.1, 4.2.2; M12-M19)."""
