"""Design and development files and medical device files, generated (ISO 13485 7.3.10, 4.2.3; M37, M38, M50)."""
