"""Licences and day passes of devices, sold on Stripe's Checkout page."""
