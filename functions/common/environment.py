"""Keeps what belongs to the local stack out of deployed functions: its variables and its secrets.

With ``FIREBASE_AUTH_EMULATOR_HOST`` set, the Admin SDK accepts unsigned and expired tokens, so one stray variable in a
deployed environment would let anybody be anyone. ``STRIPE_API_BASE`` would send the Stripe key elsewhere. The local
secrets are public: whoever reads them here could sign codes and events.
"""

from __future__ import annotations

import os
import re

LOCAL_ONLY = (
    "FIREBASE_AUTH_EMULATOR_HOST",
    "FIRESTORE_EMULATOR_HOST",
    "FIREBASE_EMULATOR_HUB",
    "STRIPE_API_BASE",
)


# All fixed secrets of the local stack say so themselves.
_LOCAL_SECRET = re.compile(r"kippu[_-]local")


def deployed() -> bool:
    """Whether this is an instance in production; firebase-tools' emulator sets ``K_SERVICE`` too."""
    return "K_SERVICE" in os.environ and os.environ.get("FUNCTIONS_EMULATOR") != "true"


def is_local_secret(secret: str) -> bool:
    """Whether there is a secret of the local stack in it, which anybody can read in this repository."""
    return _LOCAL_SECRET.search(secret) is not None


def refuse_local_settings_when_deployed() -> None:
    """Raise ``RuntimeError`` if this is a deployed instance with variables of the local stack."""
    present = [name for name in LOCAL_ONLY if os.environ.get(name)]
    if present and deployed():
        raise RuntimeError(f"refusing to start: {', '.join(present)} must not be set in a deployed function")
