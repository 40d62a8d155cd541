"""What is kept about a person: told to that person (GDPR Art. 15), and erased where law asks for it (Art. 17)."""
