"""Secrets as a project of its own has them: random, and nobody else's."""

from __future__ import annotations

import base64
import json
import random
import string
from typing import Final

_RANDOM = random.Random(20240401)


def _letters(number: int) -> str:
    return "".join(_RANDOM.choices(string.ascii_letters + string.digits, k=number))


def qr_keys(**keys: bytes) -> str:
    """The value of the secret for these keys."""
    return json.dumps({kid: base64.b64encode(key).decode() for kid, key in keys.items()})


STRIPE_KEY: Final = f"sk_test_{_letters(40)}"
LIVE_KEY: Final = f"sk_live_{_letters(40)}"
WEBHOOK_SECRET: Final = f"whsec_{_letters(32)}"
OLD_WEBHOOK_SECRET: Final = f"whsec_{_letters(32)}"
QR_KEY: Final = _RANDOM.randbytes(32)
OLD_QR_KEY: Final = _RANDOM.randbytes(32)
CHECKOUT_KEY: Final = _RANDOM.randbytes(32)
TICKET_KEY: Final = _RANDOM.randbytes(32)

SECRETS: Final = {
    "STRIPE_SECRET_KEY": STRIPE_KEY,
    "STRIPE_WEBHOOK_SECRETS": f"{WEBHOOK_SECRET},{OLD_WEBHOOK_SECRET}",
    "QR_SIGNING_KEYS": qr_keys(new=QR_KEY, old=OLD_QR_KEY),
    "CHECKOUT_KEYS": qr_keys(new=CHECKOUT_KEY),
    "TICKET_KEYS": qr_keys(new=TICKET_KEY),
}
