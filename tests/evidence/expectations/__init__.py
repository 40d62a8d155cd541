"""Expectations and the ledger."""
