"""Stores, and who works there."""
