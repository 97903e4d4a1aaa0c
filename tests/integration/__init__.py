"""The handlers against a real Firestore emulator and the Stripe simulator."""
