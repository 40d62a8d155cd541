"""The record spine: one table that every quality record of any kind has a row in."""
