"""Stripe: the gateway through which every request goes out, and the webhook through which events come in."""
