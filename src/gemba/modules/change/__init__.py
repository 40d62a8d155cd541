"""Changes of documents, designs, suppliers, processes and software (ISO 13485 4.1.4, 5.4.2, 7.3.9, 7.4.1; M99-M102)."""
