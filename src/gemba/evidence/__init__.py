"""Paper and practice: frameworks, duties, claims, expectations, records, and the gap between them."""
