"""Kuvitelma Medical Oy, the invented company of the demonstration: two years of records, made through actions only."""
