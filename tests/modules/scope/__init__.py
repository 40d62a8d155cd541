"""Scope and registrations."""
