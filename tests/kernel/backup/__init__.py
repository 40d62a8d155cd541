"""Backups, the way back, and what happens when either is cut short."""
