"""Standards and laws as data, in our own words."""
