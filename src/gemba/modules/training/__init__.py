"""Competence asked and held, courses, tests, trainings, and leave without competence (ISO 13485 6.2; M93-M98, M182)."""
