"""How far a long run of many records came, so that it can go on after a stop."""
