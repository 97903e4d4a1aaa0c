"""Bare twins: for each function one that imports the same libraries and sends the same requests, and does no more."""
