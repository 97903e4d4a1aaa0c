"""What the tests share: one driver of the functions, Stripe and the schedules, and ways to look and disturb."""
