"""Rotating QR codes: who stands before whom, proved for a minute and claimed once."""
