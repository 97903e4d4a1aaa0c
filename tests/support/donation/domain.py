"""A donation, ``donations/{id}``: open until it is paid, then due to be thanked for. All that a domain needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from common import clock, documents, history
from common.documents import Doc, Unit
from common.errors import Reason
from common.history import Change
from common.invariants import rule, violations
from common.retry import run_until_committed
from payments import event_ledger, objects, origin, payment_intents
from payments.domain import Compared, Comparison, Domain, Listed, Listing
from payments.due_work import DueWork
from payments.event_ledger import Line
from payments.objects import PaymentIntent
from payments.purchase import Purchase

NAME = "donation"


class DonationReason(Reason):
    """Why a donation is refused."""

    DONATION_TOO_SMALL = ("FAILED_PRECONDITION", "金額が小さすぎます", "This donation is too small.")


def open_donation(id_: str, amount: int) -> PaymentIntent:
    """A donation and its PaymentIntent. The amount is in JPY."""
    unit, doc = Unit(), Doc.new(documents.ref("donations", id_))
    fields = {"status": "open", "amount": amount, "attempt": 1, "due_action": None, "due_at": None}
    history.begin(unit, doc, fields, Change("open", "donor", clock.now()))
    unit.commit()
    params = {"amount": amount, "currency": "jpy", "metadata": origin.metadata(NAME, {"donation_id": id_})}
    return payment_intents.create(params, Purchase(doc).key("create"))


def settle(fact: PaymentIntent, line: Line | None) -> bool:
    """A donation is paid once its PaymentIntent is; it is then due to be thanked for."""
    return run_until_committed(lambda: _settle(fact, line))


def _settle(fact: PaymentIntent, line: Line | None) -> bool:
    lines = [line.ref] if line is not None else []
    doc, *written = documents.read(documents.ref("donations", fact.origin.metadata["donation_id"]), *lines)
    if not doc.exists:
        return False
    unit = Unit()
    if doc["status"] == "open" and fact.status == objects.CAPTURED:
        changes = {"status": "paid", "due_action": "thank", "due_at": clock.now()}
        history.advance(unit, doc, changes, Change("paid", "stripe", clock.now()))
    if line is not None and not event_ledger.was_settled(written[0]):
        line.write(unit, written[0])
    if not unit.empty:
        unit.commit()
    return True


def _thank(id_: str) -> Purchase | None:
    (doc,) = documents.read(documents.ref("donations", id_))
    unit = Unit()
    changes = {"status": "thanked", "due_action": None, "due_at": None}
    history.advance(unit, doc, changes, Change("thank", "schedule", clock.now()))
    unit.commit()
    return Purchase(doc)


@rule
def amounts(donations: dict[str, Any], intents: dict[str, PaymentIntent]) -> Iterator[str]:
    """What a donation says is what Stripe received."""
    for id_, donation in donations.items():
        if donation["amount"] != intents[id_].amount_received:
            yield f"donation {id_}: {donation['amount']} JPY, {intents[id_].amount_received} at Stripe"


def _compare(fact: PaymentIntent) -> Compared:
    settle(fact, None)
    id_ = fact.origin.metadata["donation_id"]
    (doc,) = documents.read(documents.ref("donations", id_))
    differences = violations((amounts,), {"donations": {id_: doc.data}, "intents": {id_: fact}})
    return Compared(fact.id, fact.amount_received, int(doc["amount"]), tuple(differences), at_stripe=True)


DOMAIN = Domain(
    name=NAME,
    reasons=DonationReason,
    rules=(amounts,),
    event_types=("payment_intent.succeeded",),
    settle=settle,
    due=DueWork("donation", "donations", every_minute=("thank",), every_five_minutes=(), catch_up=_thank),
    comparison=Comparison(
        Listed(Listing("payment_intents", payment_intents.pages, payment_intents.retrieve), compare=_compare)
    ),
)
