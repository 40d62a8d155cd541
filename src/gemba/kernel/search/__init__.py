"""Full text over everything a person may see, behind one interface for SQLite and PostgreSQL."""
