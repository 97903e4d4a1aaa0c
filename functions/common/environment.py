"""Refuses to serve a deployed function that would trust an emulator.

With ``FIREBASE_AUTH_EMULATOR_HOST`` set, the Admin SDK accepts unsigned and expired tokens, so one stray variable in a
deployed environment would let anybody be anyone. ``STRIPE_API_BASE`` would send the Stripe key elsewhere.
"""

from __future__ import annotations

import os

LOCAL_ONLY = (
    "FIREBASE_AUTH_EMULATOR_HOST",
    "FIRESTORE_EMULATOR_HOST",
    "FIREBASE_EMULATOR_HUB",
    "STRIPE_API_BASE",
)


def refuse_local_settings_when_deployed() -> None:
    """Raise ``RuntimeError`` if this is a deployed instance with variables of the local stack."""
    deployed = "K_SERVICE" in os.environ and os.environ.get("FUNCTIONS_EMULATOR") != "true"
    present = [name for name in LOCAL_ONLY if os.environ.get(name)]
    if deployed and present:
        raise RuntimeError(f"refusing to start: {', '.join(present)} must not be set in a deployed function")
