"""Signals: what the rows say about daily use, each with its number, its window, its rows and what it does not mean."""
