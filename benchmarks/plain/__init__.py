"""The floor under the pages: the same rows in one table, a signed-in list and a signed-in detail view, nothing else."""
