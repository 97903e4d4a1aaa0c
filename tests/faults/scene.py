"""Short words for what people, Stripe and the schedules do, so that a scenario reads as a story."""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from google.cloud import firestore

from common import cache, clock
from consultation.invariants import violations
from devkit import local
from devkit.client import CallableError
from devkit.emulator import Emulator
from devkit.inprocess import InProcessFunctions
from devkit.seed import seed
from devkit.stripe_sim import StripeSimulator
from devkit.stripe_sim.signatures import signature_header
from devkit.travel import Travel
from devkit.world import load_world
from entrypoints.stripe_webhook import HANDLED_EVENTS

IMECON = "imecon-1"
ADMIN = {"admin": True}
MINUTE = 60.0
HOUR = 60 * MINUTE

Json = dict[str, Any]
Act = Callable[[], object]


@dataclass
class Sale:
    """One buyer's consultation, with the ids the app learns on the way."""

    buyer: str
    imecon: str = IMECON
    pi: str = ""
    ticket: str = ""
    code: str = ""
    room: str = ""
    extra: Json = field(default_factory=dict)


@dataclass
class Scene:
    """The whole world of one test: functions, Firestore, Stripe and time."""

    api: InProcessFunctions
    simulator: StripeSimulator
    db: firestore.Client
    travel: Travel
    emulator: Emulator
    _taken: set[str] = field(default_factory=set)

    def renew(self) -> None:
        """An empty, seeded world in the present."""
        self.emulator.clear()
        seed(self.db)
        self.simulator.reset()
        self.travel = Travel(self.simulator)
        clock._source = self.travel.now
        self._taken.clear()
        cache.forget()

    # What people do.

    def call(self, name: str, data: Json, uid: str, **claims: Any) -> Json:
        """A callable's answer."""
        answer: Json = self.api.call(name, data, uid=uid, claims=claims)
        return answer

    def buy(self, buyer: str, imecon: str = IMECON, room: str | None = None) -> Sale:
        """createPaymentIntent: a ticket to be paid."""
        return self.order(Sale(buyer, imecon), room)

    def order(self, sale: Sale, room: str | None = None) -> Sale:
        """createPaymentIntent for a sale that may have been tried before."""
        data = {"imecon_id": sale.imecon} | ({"chat_room_id": room} if room else {})
        answer = self.call("createPaymentIntent", data, sale.buyer)
        sale.pi, sale.ticket = answer["payment_intent_id"] or "", answer["ticket_id"]
        return sale

    def hold(self, sale: Sale, card: str = "pm_card_visa") -> Sale:
        """PaymentSheet and confirmTicket."""
        self.simulator.confirm(sale.pi, card)
        return self.confirm(sale)

    def confirm(self, sale: Sale) -> Sale:
        sale.code = self.call("confirmTicket", {"payment_intent_id": sale.pi}, sale.buyer)["ticket_code"] or ""
        return sale

    def redeem(self, sale: Sale) -> Sale:
        answer = self.call("redeemTicketCode", {"ticket_code": sale.code}, sale.buyer)
        sale.room, sale.ticket = answer["chat_room_id"], answer["ticket_id"]
        return sale

    def answer(self, sale: Sale, accept: bool = True) -> Json:
        return self.call("answerConsultation", {"chat_room_id": sale.room, "accept": accept}, sale.imecon)

    def end(self, sale: Sale, uid: str | None = None) -> Json:
        return self.call("endConsultation", {"chat_room_id": sale.room}, uid or sale.buyer)

    def capture(self, sale: Sale, amount: int | None = None) -> Json:
        data = {"payment_intent_id": sale.pi} | ({"amount": amount} if amount else {})
        return self.call("capturePaymentIntent", data, sale.imecon)

    def cancel(self, sale: Sale) -> Json:
        which = {"payment_intent_id": sale.pi} if sale.pi else {"chat_room_id": sale.room}
        return self.call("cancelPaymentIntent", which, sale.buyer)

    def held(self, buyer: str) -> Sale:
        return self.hold(self.buy(buyer))

    def used(self, buyer: str) -> Sale:
        return self.redeem(self.held(buyer))

    def active(self, buyer: str) -> Sale:
        sale = self.used(buyer)
        self.answer(sale)
        return sale

    def perk_code(self, uses: int = 1) -> str:
        data = {
            "count": 1,
            "max_redemptions": uses,
            "valid_until": (self.travel.now() + timedelta(days=365)).isoformat(),
            "imecon_id": IMECON,
        }
        code: str = self.call("createTicketCodes", data, "admin", **ADMIN)["codes"][0]
        return code

    def perk(self, buyer: str) -> Sale:
        return self.redeem(Sale(buyer, code=self.perk_code()))

    # What Stripe and the schedules do.

    def events(self, sale: Sale | None = None, kind: str | None = None) -> list[Json]:
        """Stripe's events that the endpoint is subscribed to, oldest first; of one sale, of one type."""
        return [
            event
            for event in self.simulator.events()
            if event["type"] in HANDLED_EVENTS
            and (sale is None or sale.pi in (event["data"]["object"].get(key) for key in ("id", "payment_intent")))
            and kind in (None, event["type"])
        ]

    def deliver(self, event: Json) -> int:
        """Deliver one event, signed; gives the HTTP status answered."""
        payload = json.dumps(event).encode()
        signature = signature_header(payload, (local.WEBHOOK_SECRET,), int(time.time()))
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
        return int(self.api.post(local.WEBHOOK, payload, headers).status_code)

    def deliver_all(self, seed: int = 0) -> None:
        """Deliver every event there is, in any order, every third one twice; all must be taken."""
        self._deliver(self.events(), seed)

    def deliver_news(self, seed: int = 0) -> None:
        """As ``deliver_all``, but only what was not taken before."""
        self._deliver([event for event in self.events() if event["id"] not in self._taken], seed)

    def _deliver(self, events: list[Json], seed: int) -> None:
        events = events + events[::3]
        random.Random(seed).shuffle(events)
        for event in events:
            assert self.deliver(event) == 200, event["type"]
            self._taken.add(event["id"])

    def run(self, *schedules: str) -> None:
        for schedule in schedules:
            self.api.run_schedule(schedule)

    def sweep(self) -> None:
        """Both sweeps, once."""
        self.run("endOverdueSessions", "voidExpiredAuthorizations")

    def minutes_pass(self) -> None:
        """The few minutes in which everything cut short is resumed."""
        for _ in range(2):
            self.travel.advance(3 * MINUTE)
            self.sweep()

    def days_pass(self) -> None:
        """Every deadline passes, and what failed on the way is met again."""
        for step in (73 * HOUR, 2 * HOUR):
            self.travel.advance(step)
            self.sweep()

    # What there is to see.

    def problems(self) -> list[str]:
        """Every invariant that does not hold now."""
        return violations(load_world(self.db, self.simulator, self.travel.now()))

    def ends(self) -> dict[str, list[str]]:
        """What became of each buyer: ``{ticket}:{payment at Stripe}:{JPY captured}`` for each ticket or payment.

        A payment without a ticket shows as ``-:…``, a ticket without a payment as ``…:-``.
        """
        intents = {fact["id"]: fact for fact in self.simulator.payment_intents()}
        found: dict[str, list[str]] = defaultdict(list)
        for snapshot in self.db.collection("tickets").stream():
            fields = snapshot.to_dict() or {}
            fact = intents.pop(fields.get("payment_intent_id") or "", None)
            found[fields["user_ref"].id].append(f"{fields['status']}:{_payment(fact)}")
        for fact in intents.values():
            found[fact["metadata"].get("user_id", "")].append(f"-:{_payment(fact)}")
        return found

    def ticket(self, sale: Sale) -> Json:
        fields: Json = self.db.collection("tickets").document(sale.ticket).get().to_dict() or {}
        return fields


def _payment(fact: Json | None) -> str:
    return "-" if fact is None else f"{fact['status']}:{fact['amount_received']}"


def reason(act: Act) -> str:
    """``ok``, or the reason of the refusal with which a call is answered."""
    try:
        act()
    except CallableError as error:
        return str(error.reason)
    return "ok"
