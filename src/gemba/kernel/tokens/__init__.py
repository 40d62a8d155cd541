"""API tokens: shown once, kept as a digest, bound to a person, narrowed, expiring. They can never sign."""
