"""What a person should look at: one module per kind of finding, and the registry that says what each code means."""
