"""The one door through which the state of a Checkout session enters a purchase, and what it grants a device.

Webhook events, confirmCheckout, the return page, sweeps and the reconciliation all end here. A session is taken as a
true past state: paid stays paid, so order, duplicates and retries cannot matter. What can be undone, refunds and
disputes, has a door of its own (``checkout.aftermath``).

Whom a purchase is for its document says. Only where there is none does the session's metadata, which people can edit.
A session is a purchase's if it is on its record, or was made for it: to name it is not enough.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from checkout import grants, rebuild
from checkout import loaded as loading
from checkout.happening import Happening, Note
from checkout.loaded import LoadedPurchase
from checkout.origin import NAME, CheckoutOrigin, made_for, purchase_of
from checkout.purchase import CheckoutPurchase
from checkout.states import Event
from checkout.transition import apply
from common import clock, documents, history, incidents, log
from common.alerts import Alert
from common.documents import Unit
from common.history import Change
from common.retry import run_until_committed
from common.state_machine import Verdict
from payments import checkout_sessions, event_ledger, objects, open_differences
from payments.event_ledger import Line
from payments.objects import CheckoutSession


@dataclass(frozen=True)
class Told:
    """How we come to know of a session.

    Attributes:
        line: of the event that told: settle only if it was not settled before, and write its line with the rest.
        noting: fields of the purchase that are written too, if it moves.
    """

    line: Line | None = None
    noting: Mapping[str, Any] = field(default_factory=dict)


ASKED = Told()


def settle(fact: CheckoutSession, told: Told = ASKED, *, loaded: LoadedPurchase | None = None) -> LoadedPurchase | None:
    """Bring a purchase and its device in step with a session.

    Args:
        fact: the session, from Stripe.
        told: how we know of it.
        loaded: the purchase that asked for it, as it was just read or written, to spare a read. Afterwards it is as it
            now stands.

    Returns:
        The purchase; ``None`` for a session that is not of this project's purchases, of which nothing is written.

    Raises:
        Unavailable: Stripe was needed and did not answer. Nothing is lost: settle again.
    """
    purchase_id = loaded.purchase.id if loaded is not None else purchase_of(fact)
    if purchase_id is None:
        return None
    fresh = [loaded]
    found = run_until_committed(lambda: _settle(fact, str(purchase_id), fresh.pop() if fresh else None, told))
    if loaded is not None and found is not None:
        loaded.purchase, loaded.device = found.purchase, found.device
    if found is not None and _stray(fact, found.purchase):
        _close_stray(fact, found.purchase)
    return found


def _settle(
    fact: CheckoutSession, purchase_id: str, loaded: LoadedPurchase | None, told: Told
) -> LoadedPurchase | None:
    line, written = told.line, None
    if loaded is None:
        origin = CheckoutOrigin.of(fact.origin)
        refs = loading.refs(purchase_id, origin.device_id if origin else None)
        read = documents.read(*refs, *([line.ref] if line is not None else []))
        loaded, written = loading.of(*read[: len(refs)]), read[-1] if line is not None else None
        if loaded is not None and not _ours(fact, loaded.purchase):
            return None
        if written is not None and event_ledger.was_settled(written):
            return loaded
        loaded = loaded or rebuild.rebuilt(fact)
        if loaded is None:
            return None
    unit = Unit()
    if _belongs(fact, loaded.purchase):
        _plan(unit, loaded, fact, told)
    if line is not None and written is not None:
        line.write(unit, written)
    if not unit.empty:
        unit.commit()
    return loaded


def _ours(fact: CheckoutSession, purchase: CheckoutPurchase) -> bool:
    """Whether a session that names a purchase is not another application's."""
    return purchase.session_id == fact.id or made_for(fact, purchase.id)


def _belongs(fact: CheckoutSession, purchase: CheckoutPurchase) -> bool:
    """Whether a session is the purchase's, or may become it: where there are two, the one that was paid."""
    known = purchase.session_id
    return known in (None, fact.id) or (fact.paid and purchase.time("paid_at") is None)


def _plan(unit: Unit, loaded: LoadedPurchase, fact: CheckoutSession, told: Told) -> None:
    now = clock.now()
    paid = Happening(Event.PAID, "stripe", now, fact, min(_paid_at(fact, told, now), now))
    happening = _happening(loaded, fact, paid)
    if happening is not None and apply(unit, loaded, happening, **told.noting).verdict is Verdict.MOVE:
        if happening.reason == "amount_mismatch":
            _tell_mismatch(unit, loaded.purchase, fact)
        return
    _adopt(unit, loaded.purchase, fact, now)


def _paid_at(fact: CheckoutSession, told: Told, now: datetime) -> datetime:
    """When it was paid, as nearly as is known. What costs nothing has no charge that would tell."""
    if fact.paid_at is not None:
        return fact.paid_at
    if told.line is not None:
        created: datetime = told.line.fields["created"]
        return created
    return fact.created if fact.payment_intent_id is None else now


def _happening(loaded: LoadedPurchase, fact: CheckoutSession, paid: Happening) -> Happening | None:
    """The event that a session comes to."""
    if fact.status == objects.EXPIRED:
        return replace(paid, event=Event.EXPIRED)
    if fact.status == objects.OPEN:
        return None
    if not fact.paid:
        return replace(paid, event=Event.PAYMENT_FAILED if fact.failed else Event.AWAITING_PAYMENT)
    purchase = loaded.purchase
    as_ordered = (fact.amount, fact.currency) == (purchase.amount, purchase.currency)
    problem = grants.obstacle(loaded.device, purchase, paid.now) if as_ordered else "amount_mismatch"
    return paid if problem is None else replace(paid, event=Event.PAID_IN_VAIN, reason=problem)


def _tell_mismatch(unit: Unit, purchase: CheckoutPurchase, fact: CheckoutSession) -> None:
    what = {"purchase": purchase.id, "session": fact.id, "asked": fact.amount, "amount": purchase.amount}
    incidents.opened(unit, Alert.AMOUNT_MISMATCH, NAME, purchase.id, what)


def _adopt(unit: Unit, purchase: CheckoutPurchase, fact: CheckoutSession, now: datetime) -> None:
    """Plan to record which session is the purchase's, whose page alone is ever given to an app, and what paid it.

    Of what is paid already either is absent only where a hand took it off.
    """
    found = {"session_id": fact.id, "payment_intent_id": fact.payment_intent_id if fact.paid else None}
    absent = {name: id_ for name, id_ in found.items() if id_ is not None and purchase.doc.get(name) is None}
    if absent:
        history.advance(unit, purchase.doc, absent, Change(Note.ADOPT, "stripe", now))


def _stray(fact: CheckoutSession, purchase: CheckoutPurchase) -> bool:
    """Whether a session is not the purchase's, or is open although that is over."""
    return purchase.session_id != fact.id or (fact.status == objects.OPEN and not purchase.state.waits)


def _close_stray(fact: CheckoutSession, purchase: CheckoutPurchase) -> None:
    if fact.status == objects.OPEN:
        # What is told of may be over by now.
        if checkout_sessions.retrieve(fact.id).status == objects.OPEN:
            # Closing twice does no harm, while a fixed key would have a saved error answer for as long as it is kept.
            checkout_sessions.expire(fact.id, f"{fact.id}:stray:{uuid.uuid4().hex}")
            log.warning("stray session expired", session=fact.id)
    elif fact.paid and not fact.at_rest:
        what = {"session": fact.id, "purchase": purchase.id, "amount": fact.amount}
        incidents.reported(Alert.STRAY_CAPTURE, NAME, fact.id, what)
        unit = Unit()
        open_differences.note(unit, NAME, fact.id)
        unit.commit()


def settle_missing(loaded: LoadedPurchase) -> None:
    """Bring a purchase in step with Stripe's permanent answer that it knows no such session or payment.

    It is of another account or mode, was deleted with test data, or was never made. What is unpaid is closed; a refund
    cannot be made, and is reported once.
    """
    run_until_committed(lambda: _settle_missing(loaded), loaded.reload)


def _settle_missing(loaded: LoadedPurchase) -> None:
    unit, reason = Unit(), "not_created" if loaded.purchase.session_id is None else None
    apply(unit, loaded, Happening(Event.MISSING, "stripe", clock.now(), reason=reason))
    if not unit.empty:
        unit.commit()
