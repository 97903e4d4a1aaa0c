"""What people do in the app, in one line each, so that a test reads as a short story."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from google.cloud import firestore

from common.errors import Reason
from consultation.invariants import violations
from devkit.client import CallableError
from devkit.inprocess import InProcessFunctions
from devkit.stripe_sim import StripeSimulator
from devkit.travel import Travel
from devkit.world import load_world

ADMIN = {"admin": True}
OUTAGES = {"drop_before": 2, "drop_after": 2, "lock_timeout": 2, "429": 1, "500": 1, "500_after": 1}
"""How often each of the simulator's faults must act to lose one call: the SDK repeats by itself what it safely may."""


@dataclass(frozen=True)
class Deal:
    """One consultation on its way: who bought it of whom, and the ids it goes by."""

    uid: str
    imecon: str
    ticket: str
    payment: str
    code: str = ""
    room: str = ""


@contextmanager
def refused(reason: Reason) -> Iterator[pytest.ExceptionInfo[CallableError]]:
    """The call inside is refused with exactly this reason; afterwards `.value` is the error."""
    with pytest.raises(CallableError) as caught:
        yield caught
    assert caught.value.reason == reason.name


@dataclass
class Shop:
    """The functions, the simulator, Firestore and the clock of one test."""

    api: InProcessFunctions
    simulator: StripeSimulator
    db: firestore.Client
    travel: Travel

    # Buying.

    def purchase(self, uid: str = "buyer", imecon: str = "imecon-1", **more: Any) -> Any:
        """createPaymentIntent's answer."""
        return self.api.call("createPaymentIntent", {"imecon_id": imecon, **more}, uid=uid)

    def confirm(self, deal: Deal) -> Any:
        """confirmTicket's answer to the buyer."""
        return self.api.call("confirmTicket", {"payment_intent_id": deal.payment}, uid=deal.uid)

    def bought(self, uid: str = "buyer", imecon: str = "imecon-1", **more: Any) -> Deal:
        """A purchase that is not paid yet."""
        answer = self.purchase(uid, imecon, **more)
        return Deal(uid, imecon, answer["ticket_id"], answer["payment_intent_id"])

    def held(self, uid: str = "buyer", imecon: str = "imecon-1", card: str = "pm_card_visa", **more: Any) -> Deal:
        """A purchase with its hold in place and its code."""
        deal = self.bought(uid, imecon, **more)
        self.simulator.confirm(deal.payment, card)
        return dataclasses.replace(deal, code=self.confirm(deal)["ticket_code"])

    def used(self, uid: str = "buyer", imecon: str = "imecon-1", **more: Any) -> Deal:
        """A ticket whose room waits for the consultant."""
        deal = self.held(uid, imecon, **more)
        return dataclasses.replace(deal, room=self.redeem(deal)["chat_room_id"])

    def active(self, uid: str = "buyer", imecon: str = "imecon-1", **more: Any) -> Deal:
        """A session that has just started."""
        deal = self.used(uid, imecon, **more)
        self.answer(deal)
        return deal

    # The consultation.

    def redeem(self, deal: Deal, uid: str | None = None, **more: Any) -> Any:
        """redeemTicketCode's answer, to the buyer unless said otherwise."""
        return self.redeem_code(deal.code, uid or deal.uid, **more)

    def redeem_code(self, code: str, uid: str, **more: Any) -> Any:
        return self.api.call("redeemTicketCode", {"ticket_code": code, **more}, uid=uid)

    def answer(self, deal: Deal, accept: bool = True, uid: str | None = None) -> Any:
        """answerConsultation by the consultant."""
        data = {"chat_room_id": deal.room, "accept": accept}
        return self.api.call("answerConsultation", data, uid=uid or deal.imecon)

    def end(self, deal: Deal, uid: str | None = None) -> Any:
        """endConsultation, by the buyer unless said otherwise."""
        return self.api.call("endConsultation", {"chat_room_id": deal.room}, uid=uid or deal.uid)

    def capture(self, deal: Deal, uid: str | None = None, **more: Any) -> Any:
        """capturePaymentIntent, by the consultant unless said otherwise."""
        data = {"payment_intent_id": deal.payment, **more}
        return self.api.call("capturePaymentIntent", data, uid=uid or deal.imecon)

    def cancel(self, deal: Deal, uid: str | None = None, **more: Any) -> Any:
        """cancelPaymentIntent, by the buyer unless said otherwise."""
        data = {"payment_intent_id": deal.payment, **more}
        return self.api.call("cancelPaymentIntent", data, uid=uid or deal.uid)

    def by_admin(self, name: str, **data: Any) -> Any:
        """Any callable, called by an administrator."""
        return self.api.call(name, data, uid="admin", claims=ADMIN)

    def sweep_holds(self) -> None:
        self.api.run_schedule("voidExpiredAuthorizations")

    def sweep_sessions(self) -> None:
        self.api.run_schedule("endOverdueSessions")

    def lose_call(self, kind: str, path: str, method: str = "POST") -> None:
        """Let the next call to Stripe that matches fail, as the functions see it."""
        self.simulator.fault(kind, method=method, path=path, times=OUTAGES[kind])

    # What there is.

    def ticket(self, deal: Deal) -> dict[str, Any]:
        return self.document(f"tickets/{deal.ticket}")

    def document(self, path: str) -> dict[str, Any]:
        """A document's fields; empty when there is none."""
        return self.db.document(path).get().to_dict() or {}

    def count(self, collection: str) -> int:
        return sum(1 for _ in self.db.collection(collection).list_documents())

    def everything(self) -> dict[str, Any]:
        """All documents of all collections by path, to show that nothing changed."""
        paths = [collection.id for collection in self.db.collections()]
        nested = ("history", "pending_consultations", "redemptions", "badges")
        streams = [self.db.collection(path) for path in paths] + [self.db.collection_group(name) for name in nested]
        return {snapshot.reference.path: snapshot.to_dict() for stream in streams for snapshot in stream.stream()}

    def stripe_status(self, deal: Deal) -> str:
        return str(self.simulator.payment_intent(deal.payment)["status"])

    def stripe_calls(self, method: str, ending: str) -> int:
        """How many requests of a method reached the simulator whose path ends so."""
        calls = self.simulator.requests()
        return sum(call["method"] == method and call["path"].endswith(ending) for call in calls)

    def seconds_after(self, moment: datetime, seconds: float) -> None:
        """Stop the clock so many seconds after (or before) a moment."""
        self.travel.freeze(moment + timedelta(seconds=seconds))

    def more_consultants(self, count: int) -> list[str]:
        """Consultants beside the seeded ones."""
        uids = [f"consultant-{number}" for number in range(count)]
        for uid in uids:
            self.db.document(f"imecons/{uid}").set({"active": True, "display_name": uid})
        return uids

    def agrees(self) -> None:
        """Stripe, tickets, payments, rooms, locks, codes, flags and history tell one story."""
        assert violations(load_world(self.db, self.simulator, self.travel.now())) == []
