"""Files by content digest, attached to records and served only under permission."""
