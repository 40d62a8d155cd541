"""How people get in: one-time links, slowed-down guessing, second factors, password rules. Nothing here signs."""
