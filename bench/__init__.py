"""Measurements of the functions as production serves them. Each prints what it found and fails below its target."""
