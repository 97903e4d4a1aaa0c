"""Which requests to the webhook are Stripe's: signed with one of our secrets, just now.

Source: docs.stripe.com/webhooks/signature.
"""

from __future__ import annotations

import re
import time

import stripe
from flask import Request

from common import request_body
from common.params import STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS, required
from payments import events
from payments.answer import Answer

MAX_BODY_BYTES = 1024 * 1024
_STAMP = re.compile(r"[0-9]{1,12}")


class BadSignature(Exception):
    """Not signed by Stripe with one of our secrets, just now."""


def verified(request: Request) -> Answer:
    """The event, if one of our secrets signed the very bytes received, within five minutes of now on either side.

    Raises:
        BadSignature: with the reason.
    """
    if request.method != "POST":
        raise BadSignature("not a POST")
    payload, signature = request_body.read(request, MAX_BODY_BYTES), request.headers.get("Stripe-Signature", "")
    if payload is None:
        # Whoever sends more is not Stripe, and may not fill the memory before that is known.
        raise BadSignature("too long")
    # Without it nothing that is believed could be settled.
    required(STRIPE_SECRET_KEY)
    secrets = [secret.strip() for secret in required(STRIPE_WEBHOOK_SECRETS).split(",") if secret.strip()]
    _refuse_odd(signature)
    for secret in secrets:
        try:
            return events.construct(payload, signature, secret)
        except stripe.SignatureVerificationError:
            continue
        except ValueError as error:
            raise BadSignature("not an event") from error
    raise BadSignature("no secret matches")


def _refuse_odd(signature: str) -> None:
    """Refuse what the SDK would stumble over, or believe.

    Its tolerance looks back only: a signature dated ahead could be replayed until then.
    """
    stamps = [part[2:] for part in signature.split(",") if part.startswith("t=")]
    if not signature.isascii() or len(stamps) != 1 or not _STAMP.fullmatch(stamps[0]):
        raise BadSignature("malformed")
    if int(stamps[0]) > time.time() + events.TOLERANCE_SECONDS:
        raise BadSignature("timestamp")
