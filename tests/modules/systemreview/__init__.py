"""Reviews of the system."""
