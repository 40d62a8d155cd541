"""Copies of everything that is kept, proved readable; and the way back from one. DUR-07 to DUR-14."""
