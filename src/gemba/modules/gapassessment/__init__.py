"""Gap assessment campaigns: people say how it is done, beside what records show (ISO 13485 4.1, 8.2.4; M73-M84)."""
