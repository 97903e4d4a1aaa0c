"""`make demo`: seventeen stories on the local stack, told as a timeline, then the books side by side.

Everything goes over HTTP as in production: callables with ID tokens, schedules by POST, webhooks from the simulator to
the served stripeWebhook. The app's PaymentSheet speaks to Stripe with nothing but the client secret, and the page of
Checkout is paid by its form. Each step says what it expects, so the exit code is 0 only when all went as told and the
invariants find no difference.
"""
