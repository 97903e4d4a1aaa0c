"""A simulator of the part of Stripe that holds, captures, voids and refunds card payments, for tests and local work.

It also has Checkout Sessions, with a page on which a person or a browser test pays (see `session_page`). It speaks
Stripe's HTTP API to the unmodified SDK and is built from Stripe's public documentation. `/v1` is Stripe's API; `/_sim`
moves the clock, plays the customer, the dashboard and the network's faults (see `control`).
"""

from devkit.stripe_sim.errors import ApiError
from devkit.stripe_sim.signatures import signature_header
from devkit.stripe_sim.simulator import StripeSimulator

__all__ = ["ApiError", "StripeSimulator", "signature_header"]
