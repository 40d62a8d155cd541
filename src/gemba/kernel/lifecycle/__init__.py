"""States, transitions and guards as plain values that are checked at start."""
