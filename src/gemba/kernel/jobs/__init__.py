"""Background work and schedules behind one shim: in one process on SQLite, many workers on PostgreSQL."""
