"""How fast and how completely an event's orders are refunded when it is called off, through two kills."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import urllib3
from google.cloud import firestore

from admission import tickets
from admission.event import CANCEL_ORDERS
from admission.event_fields import DEFAULT_TERMS
from admission.order import RESUME, Order
from admission.origin import metadata
from admission.records import buyer_ref, event_ref, order_id, order_ref, tier_ref
from admission.tier import Tier, layout, new_blocks
from bench.arena import Arena, Side, arena
from bench.pages import Report
from bench.served import JSON, Wire
from bench.sweep import LEAST_SHARE, PERMITTED_PER_SECOND
from common import history
from common.documents import Doc, Unit
from common.history import Change
from common.scheduled import TIMEOUT_SECONDS
from devkit.logs import errors
from devkit.report import table
from devkit.world import load_world, violations
from payments import payment_intents

EVENT, TIER, PRICE = "ev-0123456789abcdef0123", "ga", 3000
_MOST_RUNS = 40
_RUN = Wire(b"{}", JSON)
_AT_ONCE = 40
"""Orders a commit."""


def cancel(report: Report, place: Arena, count: int) -> dict[str, str]:
    """Sell so many orders, call the event off, and refund them by runs of which two are killed; what is printed."""
    print(f"{count:,} orders: selling them", file=sys.stderr, flush=True)
    place.reset()
    _sell(count)
    # A sandbox's own limits, so that a run which keeps no pace is refused as by the real one.
    place.simulator.rate_limit("sandbox")
    before, seconds, problems = len(place.simulator.requests()), list[float](), list[str]()
    kills = [0.3 * count / PERMITTED_PER_SECOND, 0.2 * count / PERMITTED_PER_SECOND]
    while _waiting(place.db) and len(seconds) < _MOST_RUNS:
        _make_due(place.db)
        with place.serve(Side("settleOrders", place.deployed, lambda _: [])) as function:
            killer = threading.Timer(kills.pop(), function.kill) if kills else None
            seconds.append(_run(function.callers.send, killer))
            problems += [] if killer else errors(function.file)
        print(f"  run {len(seconds)}: {seconds[-1]:.0f} s", file=sys.stderr, flush=True)
    requests = place.simulator.requests()[before:]
    rate, refunds = len(requests) / sum(seconds), place.simulator.refunds()
    problems += violations(load_world(place.db, place.simulator, datetime.now(UTC)))
    made, back = len(refunds), sum(refund["amount"] for refund in refunds)
    for met, missed in (
        (rate >= LEAST_SHARE * PERMITTED_PER_SECOND, f"{rate:.2f} requests/s, of {PERMITTED_PER_SECOND} permitted"),
        (max(seconds) < TIMEOUT_SECONDS, f"a run took {max(seconds):.0f} s and may take {TIMEOUT_SECONDS}"),
        (_waiting(place.db) == 0, f"{_waiting(place.db)} were left"),
        ((made, back) == (count, count * PRICE), f"{made:,} refunds of {back:,} JPY, of {count * PRICE:,}"),
        *((False, problem) for problem in problems[:20]),
    ):
        report.expect(met, f"{count:,} orders: {missed}")
    return {
        "orders": f"{count:,}",
        "runs, of which killed": f"{len(seconds)}, 2",
        "seconds, of all runs": f"{sum(seconds):.0f}",
        f"requests/s (of {PERMITTED_PER_SECOND})": f"{rate:.2f} ({rate / PERMITTED_PER_SECOND:.1%})",
        "refused by Stripe's limit": f"{sum(request['status'] == 429 for request in requests)}",
        "refunds": f"{made:,}",
        "JPY captured, given back": f"{count * PRICE:,}, {back:,}",
        "errors, and invariants violated": f"{len(problems)}",
    }


def _run(send: Any, killer: threading.Timer | None) -> float:
    """The seconds of one run, which may be killed on its way."""
    began = time.monotonic()
    if killer is None:
        send(_RUN)
        return time.monotonic() - began
    killer.start()
    try:
        send(_RUN)
    except urllib3.exceptions.HTTPError:
        # It is dead.
        return time.monotonic() - began
    finally:
        killer.cancel()
    return time.monotonic() - began


def _sell(count: int) -> None:
    """An event that was just called off, with so many paid orders of one place each."""
    now, unit = datetime.now(UTC), Unit()
    tier_fields = {"event_id": EVENT, "tier": TIER, "name": "自由席", "price": PRICE, "size": count, "rows": []}
    tier = Tier(Doc(tier_ref(EVENT, TIER), {**tier_fields, "version": 1, **layout(count, [], count)}))
    unit.create_unread(tier.doc.ref, tier.doc.data or {})
    about = {"event_title": "音楽会", "event_date": now + timedelta(days=30), "venue_name": "公会堂"}
    event = {"status": "cancelled", "published_at": now, "tiers": [TIER], "available_seats": 0, "title": "音楽会"}
    due = {"due_action": CANCEL_ORDERS, "due_at": now, "tries": 0}
    history.begin(unit, Doc.new(event_ref(EVENT)), {**event, **due}, Change("cancel", "organizer-1", now))
    for number, (reference, block) in enumerate(new_blocks(tier)):
        names = range(1, block["size"] + 1)
        sold = {str(name): {"o": _order_id(number * tier.block_size + name - 1), "u": None} for name in names}
        unit.create_unread(reference, {**block, "closed": True, "places": sold})
    unit.commit()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda part: _write(part, tier, about, now), _parts(count)))


def _parts(count: int) -> Iterator[range]:
    for start in range(0, count, _AT_ONCE):
        yield range(start, min(start + _AT_ONCE, count))


def _order_id(number: int) -> str:
    return order_id(f"fan-{number}", EVENT, "bench")


def _write(numbers: range, tier: Tier, about: dict[str, Any], now: datetime) -> None:
    """These orders with their payments, tickets, buyers and histories."""
    unit = Unit()
    for number in numbers:
        id_ = _order_id(number)
        block, name = divmod(number, tier.block_size)
        item = {"tier": TIER, "block": block, "place": str(name + 1), "seat_number": str(number + 1), "price": PRICE}
        fields = {
            **about, "purchaser_id": f"fan-{number}", "event_id": EVENT, "organizer_id": "org-1", "items": [item],
            "names": [], "amount": PRICE, "currency": "jpy", "terms": DEFAULT_TERMS, "status": "paid",
            "decision": "capture", "carried_out_at": now, "payment_id": _paid(id_), "attempt": 1, "expires_at": None,
            "paid_at": now, "amount_captured": PRICE, "refunded_amount": 0, "created_at": now, "due_at": None,
        }  # fmt: skip
        doc = Doc.new(order_ref(id_))
        order = Order(Doc(doc.ref, fields))
        history.begin(unit, doc, fields, Change("captured", "stripe", now))
        tickets.issue(unit, order, order.payment_intent_id, now)
        unit.create_unread(buyer_ref(EVENT, order.buyer), {"owned": 1, "held": {}, "version": 1})
    unit.commit()


def _paid(id_: str) -> str:
    """A payment that was captured; its id."""
    params = {
        "amount": PRICE, "currency": "jpy", "confirm": True, "payment_method": "pm_card_visa",
        "allowed_payment_method_types": ["card"], "metadata": metadata(id_, EVENT),
    }  # fmt: skip
    return payment_intents.create(params, f"{id_}:create").id


def _make_due(db: firestore.Client) -> None:
    """Let what waits be due now, so that no clock has to be moved."""
    now = datetime.now(UTC)
    found = [*_due(db, "events", CANCEL_ORDERS).stream(), *_due(db, "event_orders", RESUME).stream()]
    for start in range(0, len(found), 500):
        batch = db.batch()
        for each in found[start : start + 500]:
            batch.update(each.reference, {"due_at": now})
        batch.commit()


def _due(db: firestore.Client, collection: str, action: str) -> Any:
    return db.collection(collection).where(filter=firestore.FieldFilter("due_action", "==", action))


def _waiting(db: firestore.Client) -> int:
    """How much is still due, of the event and of its orders."""
    asked = ((_due(db, "events", CANCEL_ORDERS)), _due(db, "event_orders", RESUME))
    return sum(int(query.count().get()[0][0].value) for query in asked)


def report_cancellations(report: Report, sizes: Sequence[int]) -> None:
    """Call off events of so many orders, and print what became of them."""
    columns = []
    for size in sizes:
        with arena() as place:
            columns.append(cancel(report, place, size))
    rows = [(label, *(column[label] for column in columns)) for label in columns[0]]
    print(f"\nAn event is called off, through two kills\n{table(rows)}\n")
