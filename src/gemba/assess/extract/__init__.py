"""Reads what a document says of itself: facts, claims, references and what was left unfilled. Never raises."""
