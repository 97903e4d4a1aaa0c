"""What Stripe does: signed events delivered to the webhook, calls that get lost; and what can be seen there."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import time
from dataclasses import dataclass, field

from devkit import local
from devkit.stripe_sim import StripeSimulator
from entrypoints import domains

from .calls import Calls, Json, Response
from .consultations import Consultation

OUTAGES = {"drop_before": 2, "drop_after": 2, "lock_timeout": 2, "429": 1, "500": 1, "500_after": 1}
"""How often each of the simulator's faults must act to lose one call: the SDK repeats by itself what it safely may."""

HOLD_PLACED = "payment_intent.amount_capturable_updated"


def body_of(event: Json) -> bytes:
    """An event's bytes on the wire."""
    return json.dumps(event, ensure_ascii=False, indent=2).encode()


def v1(body: bytes, at: int, secret: str = local.WEBHOOK_SECRET) -> str:
    """One signature by Stripe's scheme: HMAC-SHA256 over the timestamp, a dot and the body."""
    return "v1=" + hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()


def signature(body: bytes, *secrets: str, age: int = 0) -> str:
    """The `Stripe-Signature` header made `age` seconds ago (the machine's time), by each of `secrets`."""
    at = int(time.time()) - age
    return ",".join([f"t={at}", *(v1(body, at, secret) for secret in secrets or (local.WEBHOOK_SECRET,))])


@dataclass(kw_only=True)
class StripeSide(Calls):
    """Stripe, whose simulator delivers nothing by itself in process."""

    simulator: StripeSimulator
    _taken: set[str] = field(default_factory=set)

    def events(self, consultation: Consultation | None = None, *types: str) -> list[Json]:
        """Events, oldest first: about one payment, of some types; else all that the endpoint is subscribed to."""
        return [
            event
            for event in self.simulator.events()
            if event["type"] in (types or domains.event_types())
            and (consultation is None or consultation.payment in _about(event))
        ]

    def post_event(self, body: bytes, header: str | None) -> Response:
        """The webhook's answer to these bytes under this signature."""
        headers = {"Content-Type": "application/json"} | ({} if header is None else {"Stripe-Signature": header})
        return self.functions.post(local.WEBHOOK, body, headers)

    def deliver(self, *events: Json) -> int:
        """Deliver events one after the other; the last one's status, or the first that is not 200."""
        status = 200
        for event in events:
            body = body_of(event)
            status = self.post_event(body, signature(body)).status_code
            if status != 200:
                return status
        return status

    def deliver_all(self, seed: int = 0) -> None:
        """Deliver every event there is, in any order, every third one twice; all must be taken."""
        self._deliver_shuffled(self.events(), seed)

    def deliver_news(self, seed: int = 0) -> None:
        """As ``deliver_all``, but only what was not delivered so before."""
        self._deliver_shuffled([event for event in self.events() if event["id"] not in self._taken], seed)

    def _deliver_shuffled(self, events: list[Json], seed: int) -> None:
        events = events + events[::3]
        random.Random(seed).shuffle(events)
        for event in events:
            assert self.deliver(event) == 200, event["type"]
            self._taken.add(event["id"])

    def lose_call(self, kind: str, path: str, method: str = "POST") -> None:
        """Let the next call to Stripe that matches fail, as the functions see it."""
        self.simulator.fault(kind, method=method, path=path, times=OUTAGES[kind])

    def at_stripe(self, consultation: Consultation) -> Json:
        """The PaymentIntent as Stripe has it."""
        return self.simulator.payment_intent(consultation.payment)

    # What becomes of a payment at Stripe, without the functions.

    def edit_metadata(self, consultation: Consultation, changes: dict[str, str] | None) -> None:
        """Somebody edits the payment's metadata: an empty value removes its key, ``None`` removes all."""
        self.simulator.edit_metadata(consultation.payment, changes)

    def forget_payment(self, consultation: Consultation) -> None:
        """Stripe does not know the payment any more: deleted test data, or the key of another account."""
        self.simulator.forget(consultation.payment)

    def refund(self, consultation: Consultation, amount: int | None = None, status: str | None = None) -> str:
        """Refund the payment in the dashboard, by default all of it; the refund's id."""
        return str(self.simulator.dashboard_refund(consultation.payment, amount, status)["id"])

    def fail_refund(self, refund: str) -> None:
        """A refund comes to nothing, also one that had succeeded."""
        self.simulator.fail_refund(refund)

    def dispute(self, consultation: Consultation, status: str = "needs_response") -> str:
        """The cardholder disputes the payment, or with a status of ``warning_…`` only inquires; the dispute's id."""
        return str(self.simulator.dispute(consultation.payment, status)["id"])

    def move_dispute(self, dispute: str, status: str) -> None:
        """A dispute goes on: ``under_review``, ``won``, ``lost``, ``warning_closed``."""
        self.simulator.move_dispute(dispute, status)

    def unmark_dispute(self, consultation: Consultation) -> None:
        """The charge does not say any more that it was disputed: nobody knows whether Stripe lets it say so."""
        self.simulator.unmark_dispute(consultation.payment)

    def stripe_status(self, consultation: Consultation) -> str:
        """The PaymentIntent's status at Stripe."""
        return str(self.at_stripe(consultation)["status"])

    def stripe_calls(self, method: str, ending: str) -> int:
        """How many requests of a method reached Stripe whose path ends so."""
        calls = self.simulator.requests()
        return sum(call["method"] == method and call["path"].endswith(ending) for call in calls)


def _about(event: Json) -> tuple[str, str | None]:
    """The ids by which an event may name a PaymentIntent."""
    named = event["data"]["object"]
    return named["id"], named.get("payment_intent")
