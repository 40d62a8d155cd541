"""What a list of one record type shows: filters as they stand in an address, sorting, and pages by key."""
