"""What is kept about a person, told to that person (GDPR Art. 15)."""
