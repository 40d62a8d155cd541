"""Numbers such as CAPA-2026-0007: never reused, never skipped without an event."""
