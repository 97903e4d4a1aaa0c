"""What the daily reconciliation compares of licences and day passes: sessions with purchases, and devices with both.

What a lost webhook, an outage or a hand in the dashboard left behind is brought in by the same doors as ever; what is
then still different no rule allows to repair.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from checkout import aftermath, license_codes, surroundings
from checkout import device as devices
from checkout.decisions import load_up_to_date
from checkout.device import LOCKS, Device
from checkout.happening import Note
from checkout.invariants import RULES, device_histories, grants, locks
from checkout.origin import purchase_of
from checkout.purchase import CHECK, EXPIRE, RESUME, CheckoutPurchase
from checkout.records import device_ref, purchase_ref
from checkout.settle import settle
from checkout.states import Status
from common import clock, documents, ids, log
from common.documents import Unit
from common.history import Change
from common.invariants import violations
from common.pages import PAGE, ids_after, page_after
from common.retry import run_until_committed
from payments import checkout_sessions
from payments.domain import Compared, Listed, Listing, Walk
from payments.failures import Missing
from payments.objects import CheckoutSession
from payments.open_differences import PURCHASES

MOST_DEVICES = 10_000
OF_PURCHASES = tuple(rule for rule in RULES if rule is not device_histories)
_OF_DEVICES = (grants, locks, device_histories)
_PAID = (Status.FULFILLED, Status.REFUNDED, Status.REVOKED)


def judge_listed(facts: Sequence[CheckoutSession]) -> list[Compared | None]:
    """Compare a page of sessions with their purchases, changing nothing."""
    own = _named(facts)
    known = [purchase for id_, purchase in own.items() if purchase is not None and purchase.session_id == id_]
    around = surroundings.of_purchases(known, {fact.id: fact for fact in facts})
    records = {purchase.session_id: found for purchase, found in zip(known, around, strict=True)}
    return [_judged(fact, own[fact.id], records.get(fact.id)) for fact in facts]


def _judged(
    fact: CheckoutSession, purchase: CheckoutPurchase | None, records: dict[str, Any] | None
) -> Compared | None:
    if purchase is None or records is None:
        return None
    if fact.payment is not None and aftermath.outdated(purchase, fact.payment):
        return None
    return _compared(purchase, fact, records)


def claimed(facts: Sequence[CheckoutSession]) -> set[str]:
    """Those of a page of sessions, by id, that our own records have, whoever made them as they say now."""
    return {id_ for id_, purchase in _named(facts).items() if purchase is not None and purchase.session_id == id_}


def _named(facts: Sequence[CheckoutSession]) -> dict[str, CheckoutPurchase | None]:
    """The purchases that a page of sessions names, by the session."""
    named = {fact.id: purchase_of(fact) for fact in facts}
    read = documents.read_page(purchase_ref(id_) for id_ in named.values() if id_)
    purchases = {doc.id: CheckoutPurchase(doc) for doc in read.values() if doc.exists}
    return {id_: purchases.get(purchase_id or "") for id_, purchase_id in named.items()}


def compare_listed(fact: CheckoutSession) -> Compared:
    """Settle a session, and compare its purchase with it."""
    loaded = settle(fact)
    if loaded is None or loaded.purchase.session_id != fact.id:
        lines = () if fact.at_rest else (f"{fact.id}: {fact.status} at Stripe but no purchase has it",)
        return Compared(fact.id, fact.amount_received, differences=lines, at_stripe=True)
    if fact.payment is not None and aftermath.outdated(loaded.purchase, fact.payment):
        aftermath.bring_up_to_date(loaded)
    if run_until_committed(lambda: license_codes.write_again(loaded.purchase, clock.now())):
        log.warning("licence code written again", purchase=loaded.purchase.id)
    (records,) = surroundings.of_purchases([loaded.purchase], {fact.id: fact})
    return _compared(loaded.purchase, fact, records)


def _compared(purchase: CheckoutPurchase, fact: CheckoutSession | None, records: dict[str, Any]) -> Compared:
    lines = tuple(violations(OF_PURCHASES, records))
    if fact is None:
        return Compared(purchase.id, differences=lines)
    had = purchase.state.status in _PAID or purchase.time("paid_at") is not None
    return Compared(purchase.id, fact.amount_received, purchase.received if had else 0, lines, at_stripe=True)


def unfinished_after(id_: str) -> list[str]:
    """Some purchases that are not finished."""
    waiting = FieldFilter("due_action", "in", [EXPIRE, CHECK, RESUME])
    query = documents.collection("purchases").where(filter=waiting)
    return [found.id for found in page_after(query, id_, 10 * PAGE)]


def compare(id_: str) -> Compared:
    """Bring a purchase up to date, and compare it; or a session that no purchase has, by its own id."""
    if id_.startswith("cs_"):
        return _compare_session(id_) or Compared(id_)
    loaded = load_up_to_date(id_)
    if loaded is None:
        return Compared(id_)
    known = loaded.purchase.session_id
    found = _compare_session(known) if known else None
    if found is not None:
        return found
    (records,) = surroundings.of_purchases([loaded.purchase], {})
    return _compared(loaded.purchase, None, records)


def _compare_session(session_id: str) -> Compared | None:
    """``None`` for one that Stripe does not know."""
    try:
        return compare_listed(checkout_sessions.retrieve(session_id))
    except Missing:
        return None


def judge_devices(ids: Sequence[str]) -> list[Compared]:
    """Compare a page of devices with the purchases that they name."""
    read = documents.read_page(device_ref(id_) for id_ in ids)
    devices = [Device(doc) for doc in read.values() if doc.exists]
    around = zip(devices, surroundings.of_devices(devices), strict=True)
    lines = {device.id: tuple(violations(_OF_DEVICES, its)) for device, its in around}
    return [Compared(id_, differences=lines.get(id_, ())) for id_ in ids]


def compare_device(id_: str) -> Compared:
    """Bring the purchases that a device waits for up to date, let go of those that are not there, or not its own."""
    (doc,) = documents.read(device_ref(id_))
    for purchase_id in filter(None, map(Device(doc).doc.get, LOCKS.values())):
        if not ids.usable(purchase_id):
            continue
        loaded = load_up_to_date(purchase_id)
        if loaded is None or loaded.device.id != id_:
            run_until_committed(lambda gone=purchase_id: _release(id_, gone))  # type: ignore[misc]
    return judge_devices([id_])[0]


def _release(device_id: str, purchase_id: str) -> None:
    device, purchase = documents.read(device_ref(device_id), purchase_ref(purchase_id))
    held = {name: None for name in LOCKS.values() if device.get(name) == purchase_id}
    if held and purchase.get("device_id") != device_id:
        unit = Unit()
        devices.write(unit, Device(device), held, Change(Note.RELEASE, "schedule", clock.now(), purchase_id))
        unit.commit()
        log.warning("lock without purchase released", device=device_id, purchase=purchase_id)


LISTED = Listed(
    Listing("checkout_sessions", checkout_sessions.pages, checkout_sessions.retrieve),
    compare_listed,
    judge_listed,
    claimed,
)
UNFINISHED = Walk(PURCHASES, unfinished_after, compare)
DEVICES = Walk("devices", partial(ids_after, "devices"), compare_device, judge_devices, MOST_DEVICES)
