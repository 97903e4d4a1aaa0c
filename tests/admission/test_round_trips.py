"""How many round trips each call about an event takes, at most. Events and tiers are in the cache."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

import main as deployed
from tests.support.admissions import ORGANISATION, ORGANIZER, PRICE, Ordered
from tests.support.ceilings import Ceiling
from tests.support.clock import MINUTE
from tests.support.concurrency import at_once, refusals
from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips

Call = Callable[[], object]
LARGER = {"tier": "ga", "name": "自由席", "price": PRICE, "size": 40}


def warm(driver: Driver, **more: int) -> str:
    """A published event that is remembered."""
    event = driver.published(**more)
    driver.places_held(event, "somebody")
    return event


def takeover(driver: Driver) -> Call:
    event = driver.published(places=1)
    driver.places_held(event)
    driver.advance(13 * MINUTE)
    driver.event_details(event)
    return partial(driver.order_places, Ordered(event, "other"))


def sold_out(driver: Driver) -> Call:
    event = driver.published(places=1)
    driver.places_held(event)
    latecomer = partial(at_once, [partial(driver.order_places, Ordered(event, "latecomer"))])
    assert refusals(latecomer()) == ["SOLD_OUT"]
    return latecomer


def pay(driver: Driver) -> Call:
    ordered = Ordered(driver.published())
    driver.lose_call("429", "/v1/payment_intents")
    driver.order_places(ordered)
    return partial(driver.pay_order, ordered)


def sold(driver: Driver) -> str:
    """A published event of which something was sold, so that its organiser is remembered."""
    event = driver.published()
    driver.places_bought(event, "somebody")
    return event


def webhook(driver: Driver) -> Call:
    ordered = driver.sheet_paid(sold(driver))
    return partial(driver.deliver, *driver.order_events(ordered, "payment_intent.amount_capturable_updated"))


def details(driver: Driver) -> Call:
    event = driver.published()
    driver.event_details(event)
    driver.advance(10)
    return partial(driver.event_details, event)


def waited_for(driver: Driver) -> str:
    """An event whose only place is sold, and for which somebody waits."""
    event = driver.published(places=1)
    driver.places_bought(event)
    driver.join(event, "somebody")
    return event


def offer_taken(driver: Driver) -> Call:
    event = driver.published(places=1)
    first = driver.places_bought(event)
    driver.join(event, "other")
    driver.cancel_ticket(first)
    driver.offers_made()
    driver.event_details(event)
    return partial(driver.order_places, Ordered(event, "other"))


def placed_before(driver: Driver) -> Call:
    """An order of the last place, which is repeated."""
    ordered = Ordered(driver.published(places=1))
    driver.order_places(ordered)
    driver.event_details(ordered.event)
    return partial(driver.order_places, ordered)


def given_back(driver: Driver, **more: bool) -> Call:
    return partial(driver.cancel_ticket, driver.places_bought(sold(driver)), **more)


def of_event(name: str, **more: object) -> Callable[[Driver], Call]:
    """A call about a published event, by one of its organiser's people."""
    return lambda driver: partial(driver.call, name, {"event_id": driver.published(), **more}, ORGANIZER)


def members_set(driver: Driver) -> Call:
    members = {ORGANIZER: "owner", "other": "door"}
    return partial(driver.call, "setOrganizerMembers", {"organizer_id": ORGANISATION, "members": members}, ORGANIZER)


def seat_map(driver: Driver) -> Call:
    event = driver.published_hall()
    driver.event_details(event)
    driver.advance(10)
    return partial(driver.seat_map, event)


def searched(driver: Driver) -> Call:
    driver.search()
    return partial(driver.search, text="切符")


def at_a_new_door(driver: Driver) -> Ordered:
    """A ticket that may be handed on, of an event whose staff is remembered."""
    ordered = driver.places_held(driver.published(price=0, transferable=True))
    driver.call("setEventStaff", {"event_id": ordered.event, "uids": {"door-1": {"gates": []}}}, ORGANIZER)
    driver.bundle(ordered.event, "door-1")
    return ordered


def synced(driver: Driver) -> Call:
    ordered = at_a_new_door(driver)
    return partial(driver.sync, ordered.event, driver.offline_scan(driver.shown(ordered)), uid="door-1")


def at_the_door(driver: Driver, entered: bool = False) -> tuple[Ordered, str]:
    """A ticket whose event is remembered, with its organiser, and its code."""
    ordered = driver.places_taken(driver.published(price=0, reentry=True))
    code = driver.ticket_code(ordered)
    driver.scan_ticket(ordered.event, code)
    if not entered:
        driver.scan_ticket(ordered.event, code, direction="exit")
    return ordered, code


def scan(driver: Driver, *, entered: bool = False, scan_id: str = "") -> Call:
    ordered, code = at_the_door(driver, entered)
    if scan_id:
        driver.scan_ticket(ordered.event, code, scan_id)
    return partial(driver.scan_ticket, ordered.event, code, scan_id)


def undo(driver: Driver) -> Call:
    ordered, _ = at_the_door(driver, entered=True)
    return partial(driver.undo_entry, ordered.event, f"{ordered.id}.0")


def looked_up(driver: Driver) -> Call:
    ordered, _ = at_the_door(driver)
    return partial(driver.find_tickets, ordered.event, name="山田")


CEILINGS = {
    "getTicketQR": Ceiling(lambda d: partial(d.ticket_qr, at_the_door(d)[0]), firestore=1, stripe=0),
    "validateTicket": Ceiling(scan, firestore=2, stripe=0),
    "validateTicket, used": Ceiling(lambda d: scan(d, entered=True), firestore=2, stripe=0),
    "validateTicket, repeated": Ceiling(lambda d: scan(d, scan_id="scan-z"), firestore=1, stripe=0),
    "validateTicket, no code": Ceiling(
        lambda d: partial(d.scan_ticket, at_the_door(d)[0].event, "x"), firestore=2, stripe=0
    ),
    "undoEntry": Ceiling(undo, firestore=3, stripe=0),
    "findTickets": Ceiling(looked_up, firestore=2, stripe=0),
    # One page of tickets, and four counts.
    "getDoorBundle": Ceiling(lambda d: partial(d.bundle, at_a_new_door(d).event, "door-1"), firestore=5, stripe=0),
    "syncScans": Ceiling(synced, firestore=2, stripe=0),
    "offerTransfer": Ceiling(lambda d: partial(d.offer, at_a_new_door(d)), firestore=2, stripe=0),
    "acceptTransfer": Ceiling(lambda d: partial(d.accept, d.offer(at_a_new_door(d)), "friend"), firestore=2, stripe=0),
    "searchEvents": Ceiling(searched, firestore=0, stripe=0),
    "searchEvents, the first": Ceiling(lambda d: partial(d.search, text="切符"), firestore=1, stripe=0),
    "joinWaitlist": Ceiling(lambda d: partial(d.join, waited_for(d), "other"), firestore=2, stripe=0),
    "leaveWaitlist": Ceiling(lambda d: partial(d.leave, waited_for(d), "somebody"), firestore=2, stripe=0),
    "purchaseTicket, what was offered": Ceiling(offer_taken, firestore=4, stripe=1),
    "purchaseTicket, repeated": Ceiling(placed_before, firestore=1, stripe=1),
    "createEvent": Ceiling(lambda d: d.create_event, firestore=2, stripe=0),
    "publishEvent": Ceiling(lambda d: partial(d.publish, d.create_event()["event_id"]), firestore=3, stripe=0),
    "updateEvent": Ceiling(of_event("updateEvent", title="新しい題"), firestore=3, stripe=0),
    "updateEvent, a size": Ceiling(of_event("updateEvent", tiers=[LARGER]), firestore=4, stripe=0),
    "cancelEvent": Ceiling(of_event("cancelEvent"), firestore=3, stripe=0),
    "deleteEvent": Ceiling(lambda d: partial(d.delete_event, d.create_event()["event_id"]), firestore=3, stripe=0),
    "setEventStaff": Ceiling(of_event("setEventStaff", uids={"staff-1": {"gates": []}}), firestore=3, stripe=0),
    "setOrganizerMembers": Ceiling(members_set, firestore=2, stripe=0),
    "exportAttendees": Ceiling(of_event("exportAttendees"), firestore=3, stripe=0),
    "getSeatMap": Ceiling(seat_map, firestore=2, stripe=0),
    "getUserTickets": Ceiling(lambda d: partial(d.call, "getUserTickets", {}, "fan"), firestore=1, stripe=0),
    "cancelTicket": Ceiling(given_back, firestore=3, stripe=1),
    "cancelTicket, only asked": Ceiling(partial(given_back, quote_only=True), firestore=1, stripe=0),
    "closeEvent": Ceiling(lambda d: partial(d.close_event, d.published()), firestore=3, stripe=0),
    "getEventDetails": Ceiling(details, firestore=2, stripe=0),
    "purchaseTicket": Ceiling(lambda d: partial(d.order_places, Ordered(warm(d))), firestore=3, stripe=1),
    "purchaseTicket, free": Ceiling(
        lambda d: partial(d.order_places, Ordered(warm(d, price=0))), firestore=2, stripe=0
    ),
    "purchaseTicket, taking over": Ceiling(takeover, firestore=4, stripe=1),
    "purchaseTicket, sold out": Ceiling(sold_out, firestore=1, stripe=0),
    "payOrder": Ceiling(pay, firestore=2, stripe=1),
    "confirmOrder": Ceiling(lambda d: partial(d.confirm_order, d.sheet_paid(sold(d))), firestore=3, stripe=2),
    "confirmOrder, repeated": Ceiling(
        lambda d: partial(d.confirm_order, d.places_bought(d.published())), firestore=2, stripe=0
    ),
    "abandonOrder": Ceiling(lambda d: partial(d.abandon, d.places_held(d.published())), firestore=3, stripe=2),
    "stripeWebhook, a hold": Ceiling(webhook, firestore=3, stripe=1),
}


@pytest.mark.parametrize("name", CEILINGS)
def test_ceiling(driver: Driver, round_trips: RoundTrips, name: str) -> None:
    CEILINGS[name].check(driver, round_trips)


def test_every_call_has_a_ceiling() -> None:
    ours = [name for name, module in deployed.MODULES.items() if module.startswith("admission.")]
    calls = {name for name in ours if hasattr(getattr(deployed, name), "__kippu__")}
    assert calls - {name.partition(",")[0] for name in CEILINGS} == set()
