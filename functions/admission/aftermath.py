"""Refunds and disputes of orders: what came back ends its tickets, and an open dispute blocks them at the door.

Both can be undone, so no event is taken at its word. Whoever hears of one reads the order, then asks Stripe, and
commits only if the order is still as it was read; otherwise all of that is done again. So the later look wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from admission.order import LoadedOrder, Order
from admission.origin import NAME
from admission.records import refund_ref, ticket_ref
from admission.states import CANCELLING, REFUNDING, Decision, OrderEvent, OrderStatus
from admission.tickets import seen_at_the_door
from admission.transition import Happening, apply
from common import clock, documents, history, incidents
from common.alerts import Alert
from common.documents import Doc, Unit
from common.history import Change
from common.retry import run_until_committed
from common.state_machine import Verdict
from payments import aftermath, disputes, event_ledger, open_differences
from payments.aftermath import Aftermath
from payments.event_ledger import Line
from payments.objects import PaymentIntent

LOOK = "look"
LOOKS = "looks"
"""Grows with every look: one that finds nothing new changes the order too, or an older look could still win."""
LOOKED_AT_AGAIN = timedelta(days=1)
"""Stripe refunds nothing while a dispute is open, which takes weeks."""


def outdated(order: Order, payment: PaymentIntent) -> bool:
    """Whether Stripe must be asked what became of the money, given the payment with its charge."""
    shown = {
        "refundPending": order.doc.get("refund_pending"),
        "disputeStatus": order.dispute_status,
        "amountRefunded": order.refunded_amount,
    }
    return order.payment_intent_id == payment.id and aftermath.outdated(shown, payment)


def bring_up_to_date(loaded: LoadedOrder, line: Line | None = None) -> None:
    """Show on an order what became of the money that was taken for it, and let its tickets follow.

    Args:
        line: the event that told of it: look only if it was not settled before, and write its line with the rest.

    Raises:
        Unavailable: Stripe did not answer. Nothing was written.
        Missing: it knows no such payment.
    """
    run_until_committed(lambda: _look(loaded, line), loaded.reload)


def _look(loaded: LoadedOrder, line: Line | None) -> None:
    written = documents.read(line.ref)[0] if line is not None else None
    if written is not None and event_ledger.was_settled(written):
        return
    order = loaded.order
    disputed = order.dispute_status is not None or (line is not None and line.about_a_dispute)
    seen = _Look(order, aftermath.ask(str(order.payment_intent_id), disputed))
    unit = Unit()
    seen.plan(unit)
    if line is not None and written is not None:
        line.write(unit, written)
    unit.commit()


@dataclass(frozen=True)
class _Look:
    """An order as it was read, and what Stripe said after that."""

    order: Order
    now: Aftermath

    def plan(self, unit: Unit) -> None:
        """Plan what follows."""
        order, event, fields = self.order, self._event(), self._fields()
        before = Order(Doc(order.doc.ref, dict(order.doc.data or {})))
        if event is OrderEvent.MONEY_GONE:
            fields["returned_amount"] = order.captured
        reason = "disputed" if disputes.costs_money(self.now.dispute) else "refunded"
        happening = Happening(event or OrderEvent.MONEY_BACK, "stripe", clock.now(), reason=reason)
        moved = event is not None and apply(unit, order, happening, fields).verdict is Verdict.MOVE
        if not moved and any(order.doc.get(name) != value for name, value in self._shown().items()):
            history.advance(unit, order.doc, fields, Change(LOOK, "stripe", clock.now()))
        elif not moved:
            unit.update_as_read(order.doc, fields)
        if event is not None:
            for number in order.open_refunds:
                unit.merge_blindly(refund_ref(order.id, int(number)), {"status": "by_others"})
        elif order.state.status is OrderStatus.PAID:
            self._block(unit)
        after = Order(Doc(order.doc.ref, {**(before.doc.data or {}), **fields, **_carried_out(moved)}))
        if after.owed and not before.owed:
            _tell_refund_failed(unit, after)

    def _event(self) -> OrderEvent | None:
        order, state = self.order, self.order.state
        refunded_whole = 0 < order.captured <= self.now.refunded
        if not refunded_whole and self.now.dispute != disputes.LOST:
            return None
        return OrderEvent.MONEY_BACK if state in (REFUNDING, CANCELLING) else OrderEvent.MONEY_GONE

    def _fields(self) -> dict[str, Any]:
        fields = {**self._shown(), LOOKS: int(self.order.doc.get(LOOKS, 0)) + 1}
        if self.order.state.decision is not Decision.REFUND or self._event() is not None:
            return fields
        if disputes.costs_money(self.now.dispute):
            fields["due_at"] = clock.now() + LOOKED_AT_AGAIN
        return fields

    def _shown(self) -> dict[str, Any]:
        back, order = self.now.refunded, self.order
        if order.state.decision is Decision.REFUND and self._event() is None:
            # What is decided may be on its way, and counts already.
            back = max(back, order.refunded_amount)
        return {"refunded_amount": back, "refund_pending": self.now.pending, "dispute_status": self.now.dispute}

    def _block(self, unit: Unit) -> None:
        """Plan that nobody is let in with its tickets while a dispute costs the money or may, and again after that."""
        blocked = disputes.costs_money(self.now.dispute)
        if blocked is self.order.disputed:
            return
        for number in range(len(self.order.items)):
            if number not in self.order.returned:
                fields = {"blocked": blocked, **seen_at_the_door(clock.now())}
                unit.merge_blindly(ticket_ref(self.order.id, number), fields)


def _carried_out(moved: bool) -> dict[str, Any]:
    return {"carried_out_at": clock.now()} if moved else {}


def _tell_refund_failed(unit: Unit, order: Order) -> None:
    """Its buyer has neither the money nor the places: a person must find another way to them."""
    of_event = {"purchase": order.id, "event": order.event_id}
    what = {**of_event, "paymentIntent": order.payment_intent_id, "amount": order.owed}
    incidents.opened(unit, Alert.REFUND_FAILED, NAME, order.id, what)
    open_differences.note(unit, NAME, order.id)
