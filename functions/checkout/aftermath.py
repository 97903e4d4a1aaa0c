"""Refunds and disputes of what was bought: they revoke it, and give it back when they come to nothing.

Both can be undone, so no event is taken at its word. Whoever hears of one reads the purchase and its device, then asks
Stripe, and commits only if both are still as they were read; otherwise all of that is done again. So the later look
wins, in whatever order the events come.
"""

from __future__ import annotations

from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from checkout import grants
from checkout import loaded as loading
from checkout.happening import Happening, Note
from checkout.loaded import LoadedPurchase
from checkout.origin import NAME, CheckoutOrigin
from checkout.purchase import CheckoutPurchase
from checkout.settle import Told, settle
from checkout.states import REFUNDED, REVOKED, Event
from checkout.transition import apply
from common import clock, documents, history, incidents
from common.alerts import Alert
from common.documents import Doc, Unit
from common.history import Change
from common.retry import run_until_committed
from common.state_machine import Verdict
from payments import aftermath, checkout_sessions, disputes, event_ledger, objects, open_differences
from payments.aftermath import Aftermath
from payments.event_ledger import Line
from payments.objects import CheckoutSession, PaymentIntent

LOOKS = "looks"
"""Grows with every look: one that finds nothing new changes the purchase too, or an older look could still win."""


def settle_event(fact: Any, line: Line | None) -> bool:
    """Settle what an event tells of: a session, or the payment of one.

    Returns:
        Whether it is a purchase's of this project. Otherwise nothing was written.
    """
    if isinstance(fact, CheckoutSession):
        return settle(fact, Told(line)) is not None
    return isinstance(fact, PaymentIntent) and _settle_payment(fact, line)


def _settle_payment(fact: PaymentIntent, line: Line | None) -> bool:
    loaded, written = _of_payment(fact, line)
    if line is not None and written is not None and event_ledger.was_settled(written):
        return True
    if fact.status == objects.CAPTURED and (loaded is None or not _is_recorded(loaded.purchase)):
        # What was bought is granted first, whichever event comes first; so every order ends alike.
        session = checkout_sessions.of_payment(fact.id)
        settled = settle(session) if session is not None else None
        loaded = settled or loaded
    if loaded is None:
        return False
    if loaded.purchase.payment_intent_id == fact.id and aftermath.possible(fact):
        bring_up_to_date(loaded, line=line, written=written)
    elif line is not None:
        event_ledger.write(line)
    return True


def _is_recorded(purchase: CheckoutPurchase) -> bool:
    """Whether it is on record that it was paid, and by which payment."""
    return purchase.time("paid_at") is not None and purchase.payment_intent_id is not None


def _of_payment(fact: PaymentIntent, line: Line | None) -> tuple[LoadedPurchase | None, Doc | None]:
    """The purchase that has a payment, with the event's line: by its record, metadata being only where to look."""
    origin = CheckoutOrigin.of(fact.origin)
    if origin is None:
        known = recorded(fact.id)
        return (loading.load(known) if known else None), None
    refs = loading.refs(origin.purchase_id, origin.device_id)
    purchase, device, *written = documents.read(*refs, *([line.ref] if line is not None else []))
    loaded = loading.of(purchase, device)
    if loaded is None or loaded.purchase.payment_intent_id not in (None, fact.id):
        known = recorded(fact.id)
        loaded = loading.load(known) if known else loaded
    return loaded, written[0] if written else None


def recorded(payment_intent_id: str) -> str | None:
    """The purchase on whose record a payment is."""
    has_it = FieldFilter("payment_intent_id", "==", payment_intent_id)
    found = documents.collection("purchases").where(filter=has_it).limit(1).select([]).stream()
    return next((str(purchase.id) for purchase in found), None)


def outdated(purchase: CheckoutPurchase, payment: PaymentIntent) -> bool:
    """Whether Stripe must be asked what became of the money, given the payment with its charge."""
    shown = {
        "refundPending": purchase.doc.get("refund_pending"),
        "disputeStatus": purchase.doc.get("dispute_status"),
        "amountRefunded": purchase.amount_refunded,
    }
    undecided = purchase.written_off or aftermath.outdated(shown, payment)
    return purchase.payment_intent_id == payment.id and aftermath.possible(payment) and undecided


def bring_up_to_date(
    loaded: LoadedPurchase, *, line: Line | None = None, written: Doc | None = None, refund_id: str | None = None
) -> None:
    """Show on a paid purchase what became of its money, and revoke or give back what was granted for it.

    Afterwards ``loaded`` is as it now stands.

    Args:
        line: the event that told of it: look only if it was not settled before, and write its line with the rest.
        written: the line as it was read with ``loaded``, just now.
        refund_id: the refund that was just made.

    Raises:
        Unavailable: Stripe did not answer. Nothing was written.
        Missing: it knows no such payment.
    """
    lines = [written]

    def reload() -> None:
        loaded.reload()
        lines[0] = None

    run_until_committed(lambda: _look(loaded, line, lines, refund_id), reload)


def _look(loaded: LoadedPurchase, line: Line | None, lines: list[Doc | None], refund_id: str | None) -> None:
    if line is not None and lines[0] is None:
        (lines[0],) = documents.read(line.ref)
    if line is not None and lines[0] is not None and event_ledger.was_settled(lines[0]):
        return
    purchase = loaded.purchase
    told = bool(purchase.doc.get("dispute_status")) or (line is not None and line.about_a_dispute)
    now = aftermath.ask(str(purchase.payment_intent_id), told)
    unit, fields = Unit(), {**_fields(now), LOOKS: int(purchase.doc.get(LOOKS, 0)) + 1}
    if refund_id is not None:
        fields["refund_id"] = refund_id
    if purchase.time("payment_missing_at") is not None:
        # Stripe knows it after all.
        fields["payment_missing_at"] = None
    _plan(unit, loaded, now, fields)
    if line is not None and lines[0] is not None:
        line.write(unit, lines[0])
    unit.commit()


def _fields(now: Aftermath) -> dict[str, Any]:
    return {"amount_refunded": now.refunded, "refund_pending": now.pending, "dispute_status": now.dispute}


def _plan(unit: Unit, loaded: LoadedPurchase, now: Aftermath, fields: dict[str, Any]) -> None:
    purchase = loaded.purchase
    lost = purchase.returned and purchase.state == REFUNDED and not _returned(purchase, now)
    event = _event(loaded, now)
    if event is not None:
        happening = Happening(event, "stripe", clock.now(), reason=_why(event, now))
        if apply(unit, loaded, happening, **fields).verdict is Verdict.MOVE:
            return
    if any(purchase.doc.get(name) != value for name, value in _fields(now).items()):
        history.advance(unit, purchase.doc, fields, Change(Note.LOOK, "stripe", clock.now()))
    else:
        unit.update_as_read(purchase.doc, fields)
    if lost:
        _tell_refund_failed(unit, purchase)


def _event(loaded: LoadedPurchase, now: Aftermath) -> Event | None:
    purchase, at = loaded.purchase, clock.now()
    state, returned = purchase.state, _returned(purchase, now)
    if state == REVOKED:
        if returned or disputes.costs_money(now.dispute):
            return None
        # A pass that was used up before stands in nothing's way.
        blocked = grants.is_left(purchase, at) and grants.obstacle(loaded.device, purchase, at) is not None
        return Event.MONEY_BACK_IN_VAIN if blocked else Event.MONEY_BACK
    if returned:
        return Event.MONEY_GONE
    # What is granted is taken back while a dispute is open. What is only to be refunded stays as it is until its end.
    return Event.DISPUTED if disputes.costs_money(now.dispute) else None


def _returned(purchase: CheckoutPurchase, now: Aftermath) -> bool:
    return purchase.is_returned(now.refunded, now.dispute)


def _why(event: Event, now: Aftermath) -> str | None:
    if event is Event.MONEY_GONE:
        return "disputed" if disputes.costs_money(now.dispute) else "refunded"
    return None


def _tell_refund_failed(unit: Unit, purchase: CheckoutPurchase) -> None:
    """Its buyer has neither the money nor what they paid for: a person must find another way to them."""
    what = {"purchase": purchase.id, "paymentIntent": purchase.payment_intent_id, "amount": purchase.amount}
    incidents.opened(unit, Alert.REFUND_FAILED, NAME, purchase.id, what)
    open_differences.note(unit, NAME, purchase.id)
