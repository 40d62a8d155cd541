"""Things somebody has to do about a record, and the list of what is mine to do."""
