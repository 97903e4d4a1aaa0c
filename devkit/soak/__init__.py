"""The soak: whole purchases on the served stack while its processes are killed and Stripe misbehaves."""
