"""Electronic signatures (21 CFR 11.50 to 11.200): meaning, exact content, fresh proof of identity."""
