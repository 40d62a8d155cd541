"""Which rows a person may see and which verbs a person may use: one scope, applied in the query."""
