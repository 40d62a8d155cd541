"""Management reviews: live figures for every input, decisions with owners, minutes that top management signs (5.6)."""
