"""Stripe, whatever is sold: requests and their failures, typed objects, events, due work, and what a domain is."""
