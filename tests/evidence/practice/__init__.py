"""Paper and practice, computed."""
