"""The Stripe simulator behaves as Stripe does, checked through the unmodified SDK."""
