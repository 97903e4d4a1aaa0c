"""stripeWebhook: Stripe's events, verified, recorded once and settled.

Answers: 400 for what Stripe did not sign, 200 once everything is committed or nothing is ours to do, 500 when we
failed, so that Stripe delivers again. The ledger line ``stripe_events/{id}`` is written in the commit that settles the
event.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe
from firebase_functions import https_fn
from flask import Request, Response
from google.cloud import firestore

from common import clock, documents, log
from common.documents import LostRace, Unit
from common.environment import refuse_local_settings_when_deployed
from common.errors import Refusal
from common.instances import serving
from common.params import STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS, required
from common.retry import Busy
from consultation.settle import Once, is_ours, settle
from payments import gateway
from payments.objects import PaymentIntent

TOLERANCE_SECONDS = 300
MAX_BODY_BYTES = 1024 * 1024
_STAMP = re.compile(r"[0-9]{1,12}")
KEEP_LEDGER = timedelta(days=31)
"""A day longer than Stripe lists an event."""
LEDGER_PAGE = 300

PAYMENT_EVENTS = (
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
)
CHARGE_EVENTS = ("charge.expired", "charge.refunded", "charge.dispute.created")
HANDLED_EVENTS = (*PAYMENT_EVENTS, *CHARGE_EVENTS)
"""What the endpoint must be subscribed to. Anything else is recorded and answered 200."""


class _BadSignature(Exception):
    """Not signed by Stripe with one of our secrets, just now."""


@https_fn.on_request(secrets=[STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS], **serving())
def stripeWebhook(request: Request) -> Response:  # noqa: N802
    """Settles Stripe's events. For Stripe only: whoever else calls it lacks the signature."""
    refuse_local_settings_when_deployed()
    log.start("stripeWebhook", request)
    try:
        event = _verified(request)
        outcome = handle(event)
    except _BadSignature as error:
        log.warning("webhook refused", problem=str(error))
        return Response("bad signature", status=400)
    except (gateway.Unavailable, LostRace, Busy) as error:
        log.warning("webhook postponed", problem=repr(error))
        return Response("try again", status=500)
    except Refusal as refusal:
        log.error("webhook failed", reason=refusal.reason.name)
        return Response("failed", status=500)
    except Exception:  # noqa: BLE001  # Stripe delivers again what we answer 500
        log.exception("webhook failed")
        return Response("failed", status=500)
    log.info("webhook", event=event.id, type=event.type, outcome=outcome)
    return Response(outcome, status=200)


def _verified(request: Request) -> stripe.Event:
    """The event, if one of our secrets signed the very bytes received, within five minutes of now on either side."""
    if request.method != "POST":
        raise _BadSignature("not a POST")
    if request.content_length is None or request.content_length > MAX_BODY_BYTES:
        # Whoever sends more is not Stripe, and may not fill the memory before that is known.
        raise _BadSignature("too long")
    secrets = [secret.strip() for secret in required(STRIPE_WEBHOOK_SECRETS).split(",") if secret.strip()]
    payload, signature = request.get_data(), request.headers.get("Stripe-Signature", "")
    _refuse_odd(signature)
    for secret in secrets:
        try:
            return gateway.construct_event(payload, signature, secret)
        except stripe.SignatureVerificationError:
            continue
        except ValueError as error:
            raise _BadSignature("not an event") from error
    raise _BadSignature("no secret matches")


def _refuse_odd(signature: str) -> None:
    """Refuse what the SDK would stumble over, or believe.

    Its tolerance looks back only: a signature dated ahead could be replayed until then.
    """
    stamps = [part[2:] for part in signature.split(",") if part.startswith("t=")]
    if not signature.isascii() or len(stamps) != 1 or not _STAMP.fullmatch(stamps[0]):
        raise _BadSignature("malformed")
    if int(stamps[0]) > time.time() + TOLERANCE_SECONDS:
        raise _BadSignature("timestamp")


def handle(event: stripe.Event) -> str:
    """Settle the event together with its ledger line. Says what became of it."""
    if event.livemode != gateway.live_mode():
        log.error("webhook of the other mode", event=event.id, livemode=event.livemode)
        return _record(event, "ignored_mode")
    fact = _fact(event)
    if fact is None:
        return _record(event, "ignored_type")
    if not is_ours(fact):
        return _record(event, "ignored_foreign")
    settle(fact, once=Once(_ledger(event), _line(event, "settled")))
    return "settled"


def unknown(events: Sequence[stripe.Event]) -> list[stripe.Event]:
    """Those that have no ledger line, in their order."""
    pages = (events[start : start + LEDGER_PAGE] for start in range(0, len(events), LEDGER_PAGE))
    return [
        event
        for page in pages
        for event, line in zip(page, documents.read(*map(_ledger, page)), strict=True)
        if not line.exists
    ]


def _fact(event: stripe.Event) -> PaymentIntent | None:
    """The PaymentIntent the event tells of, or ``None`` for a type or object we do not follow."""
    obj: Any = event.data.object
    if event.type in PAYMENT_EVENTS:
        return PaymentIntent.from_stripe(obj)
    if event.type in CHARGE_EVENTS and getattr(obj, "payment_intent", None):
        return gateway.retrieve(obj.payment_intent)
    return None


def _record(event: stripe.Event, outcome: str) -> str:
    """Write the ledger line of an event that settles nothing; a duplicate's is there already."""
    unit = Unit()
    unit.create_unread(_ledger(event), _line(event, outcome))
    with contextlib.suppress(LostRace):
        unit.commit()
    return outcome


def _ledger(event: stripe.Event) -> firestore.DocumentReference:
    return documents.ref("stripe_events", event.id)


def _line(event: stripe.Event, outcome: str) -> dict[str, Any]:
    now = clock.now()
    return {
        "type": event.type,
        "created": datetime.fromtimestamp(event.created, UTC),
        "received_at": now,
        "outcome": outcome,
        "expireAt": now + KEEP_LEDGER,
    }
