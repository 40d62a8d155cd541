"""Applicability of duties."""
