"""Dry runs: processes that nobody needed yet are run in practice, as exercises (M119-M124)."""
