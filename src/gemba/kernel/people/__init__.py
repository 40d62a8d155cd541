"""People with or without a login, where they work, what they do and which rights they hold."""
