"""The local stack: emulator, Stripe simulator and function server. Nothing here is ever deployed."""
