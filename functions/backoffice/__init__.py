"""What administrators do by the console, for purchases of every kind. It names none."""
