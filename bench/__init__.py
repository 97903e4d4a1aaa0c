"""Measurements of the functions as production serves them: each beside its floor, and the sweep beside its pace."""
