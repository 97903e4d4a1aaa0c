"""The small module every function shares. It imports nothing of ours."""
