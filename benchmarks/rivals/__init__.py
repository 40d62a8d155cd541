"""The same record as the kernel's, kept by others: plain Django, django-simple-history, django-auditlog."""
