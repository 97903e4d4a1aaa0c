"""What serves every domain: Stripe's webhook, the sweeps of due work, the daily reconciliation."""
