"""Report anything in three steps, sorted; improvements; a team's open work (8.2.1, 8.5.1; M205, M106)."""
