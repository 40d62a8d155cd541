"""What evidence is due by when, from cadences and triggers, and how each expectation ended."""
