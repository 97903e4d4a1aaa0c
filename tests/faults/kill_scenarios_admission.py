"""What the kill matrix runs of events and orders. An event's title names the cell that it is of."""

from __future__ import annotations

from collections.abc import Callable

from common import cache
from tests.support.admissions import ORGANISATION, ORGANIZER, PRICE, Ordered
from tests.support.clock import MINUTE
from tests.support.driver import Driver

from .kill_scenario import KillScenario

WAITS, PAID, EXPIRED, CANCELLED = "pending_payment:0:0", f"paid:1:{PRICE}", "expired:0:0", "cancelled:0:0"
ENTERED = f"paid:0:{PRICE}"
_CODES: dict[str, str] = {}
"""What phones show, by the order."""
DRAFT, PUBLISHED, CLOSED, OFF = (f"event:{status}" for status in ("draft", "published", "closed", "cancelled"))


def _uid(_: Driver, uid: str) -> str:
    return uid


def _create(driver: Driver, uid: str) -> object:
    return driver.create_event(title=uid)


def _draft(driver: Driver, uid: str) -> str:
    return str(driver.create_event(title=uid)["event_id"])


def _published(driver: Driver, uid: str) -> str:
    return driver.published(title=uid)


def _smaller(driver: Driver, event: str) -> object:
    tiers = [{"tier": "ga", "name": "自由席", "price": PRICE, "size": 10}]
    return driver.update_event(event, tiers=tiers)


def _members(driver: Driver, uid: str) -> object:
    members = {ORGANIZER: "owner", uid: "door"}
    return driver.call("setOrganizerMembers", {"organizer_id": ORGANISATION, "members": members}, ORGANIZER)


def _staff(driver: Driver, event: str) -> object:
    return driver.call("setEventStaff", {"event_id": event, "uids": {"door-1": {"gates": []}}}, ORGANIZER)


def _attendees(driver: Driver, ordered: Ordered) -> object:
    return driver.call("exportAttendees", {"event_id": ordered.event}, ORGANIZER)


def _tickets(driver: Driver, ordered: Ordered) -> object:
    return driver.call("getUserTickets", {}, ordered.buyer)


def _free(driver: Driver, uid: str) -> Ordered:
    """A ticket that cost nothing, and may be handed on."""
    return driver.places_held(driver.published(price=0, transferable=True), uid)


def _sync(driver: Driver, ordered: Ordered) -> object:
    """A phone tells of somebody whom it let in, by the same scan whenever it does so again."""
    scan = driver.offline_scan(driver.shown(ordered), scan_id=ordered.id)
    return driver.sync(ordered.event, scan)


def _bundle(driver: Driver, ordered: Ordered) -> object:
    return driver.bundle(ordered.event)


def _offer(driver: Driver, ordered: Ordered) -> object:
    return driver.offer(ordered)


def _offered_ticket(driver: Driver, uid: str) -> tuple[str, str]:
    """What a friend was given, and who that is."""
    return driver.offer(_free(driver, uid)), f"{uid}.friend"


def _accept(driver: Driver, offered: tuple[str, str]) -> object:
    return driver.accept(*offered)


def _scan(driver: Driver, ordered: Ordered) -> object:
    """Under the same id each time, as a phone repeats it."""
    return driver.scan_ticket(ordered.event, _CODES[ordered.id], f"scan-{ordered.id}")


def _show(driver: Driver, ordered: Ordered) -> object:
    return driver.ticket_qr(ordered)


def _undo(driver: Driver, ordered: Ordered) -> object:
    return driver.undo_entry(ordered.event, f"{ordered.id}.0")


def _find(driver: Driver, ordered: Ordered) -> object:
    return driver.find_tickets(ordered.event, seat_number="1")


def _shown(driver: Driver, uid: str) -> Ordered:
    """A buyer whose phone shows the code already, so that only the scan is killed."""
    ordered = driver.places_bought(driver.published(), uid)
    _CODES[ordered.id] = driver.ticket_code(ordered)
    return ordered


def _entered(driver: Driver, uid: str) -> Ordered:
    ordered = _shown(driver, uid)
    _scan(driver, ordered)
    return ordered


def _ordering(price: int = PRICE) -> Callable[[Driver, str], Ordered]:
    return lambda driver, uid: Ordered(driver.published(price=price), uid)


def _after_another(driver: Driver, uid: str) -> Ordered:
    """Whoever held the only place did not pay in time."""
    event = driver.published(places=1)
    driver.places_held(event, f"{uid}.2")
    return Ordered(event, uid)


def _sold_out(driver: Driver, uid: str) -> Ordered:
    """Somebody else has the only place."""
    event = driver.published(places=1)
    driver.places_bought(event, f"{uid}.2")
    return Ordered(event, uid)


def _waiting(driver: Driver, uid: str) -> Ordered:
    ordered = _sold_out(driver, uid)
    _join(driver, ordered)
    return ordered


def _offered(driver: Driver, uid: str) -> Ordered:
    """Their place in the line has come, and nobody has offered them anything yet."""
    event = driver.published(places=1)
    bought = driver.places_bought(event, f"{uid}.2")
    driver.join(event, uid)
    driver.cancel_ticket(bought)
    return Ordered(event, uid)


def _join(driver: Driver, ordered: Ordered) -> object:
    return driver.join(ordered.event, ordered.buyer)


def _leave_line(driver: Driver, ordered: Ordered) -> object:
    return driver.leave(ordered.event, ordered.buyer)


def _search(driver: Driver, _: str) -> object:
    return driver.search()


def _of_event(state: Callable[..., Ordered], quantity: int = 1) -> Callable[[Driver, str], Ordered]:
    """An order of an event of the cell's own."""
    return lambda driver, uid: state(driver, driver.published(), uid, quantity)


def _unsent(driver: Driver, uid: str) -> Ordered:
    """A ticket is given back, and its refund was not asked for yet."""
    ordered = driver.places_bought(driver.published(), uid)
    driver.lose_call("drop_before", "/v1/refunds")
    driver.cancel_ticket(ordered)
    return ordered


def _late(driver: Driver, uid: str) -> Ordered:
    ordered = driver.places_held(driver.published(), uid)
    driver.advance(10 * MINUTE)
    driver.lose_call("drop_before", ".*/cancel")
    driver.expire_orders()
    driver.pay_sheet(ordered)
    return ordered


def _refunded(driver: Driver, uid: str) -> Ordered:
    ordered = driver.places_bought(driver.published(), uid)
    driver.simulator.dashboard_refund(ordered.payment)
    return ordered


def _disputed(driver: Driver, uid: str) -> Ordered:
    ordered = driver.places_bought(driver.published(), uid)
    driver.simulator.dispute(ordered.payment)
    return ordered


def _deliver(driver: Driver, ordered: Ordered) -> None:
    assert driver.deliver(*driver.order_events(ordered)) == 200


def _by_a_new_instance(act: Callable[[Driver, Ordered], object]) -> Callable[[Driver, Ordered], object]:
    """It reads anew what another would remember for a minute, so every run makes the same round trips."""

    def call(driver: Driver, ordered: Ordered) -> object:
        cache.forget()
        return act(driver, ordered)

    return call


def _settle(driver: Driver, _: object) -> None:
    driver.settle_orders()


def _expire(driver: Driver, _: Ordered) -> None:
    driver.expire_orders()


def _leave(driver: Driver, ordered: Ordered) -> object:
    return driver.call("deleteAccount", {}, ordered.buyer)


HELD, SHEET, BOUGHT = (_of_event(state) for state in (Driver.places_held, Driver.sheet_paid, Driver.places_bought))
ADMISSION_SCENARIOS = (
    KillScenario("createEvent", "draft", _uid, _create, DRAFT, ("",)),
    KillScenario("updateEvent", "smaller", _published, _smaller, PUBLISHED),
    KillScenario("publishEvent", "draft", _draft, Driver.publish, PUBLISHED, (DRAFT,)),
    KillScenario("closeEvent", "published", _published, Driver.close_event, CLOSED, (PUBLISHED,)),
    KillScenario("deleteEvent", "draft", _draft, Driver.delete_event, "", (DRAFT,), late=("EVENT_NOT_FOUND",)),
    KillScenario("setOrganizerMembers", "door", _uid, _members, ""),
    KillScenario("setEventStaff", "door", _published, _staff, PUBLISHED),
    KillScenario("getEventDetails", "published", _published, Driver.event_details, PUBLISHED),
    KillScenario("getSeatMap", "published", _published, Driver.seat_map, PUBLISHED),
    KillScenario(
        "purchaseTicket", "new", _ordering(), Driver.order_places, WAITS, ("", EXPIRED), forgotten=13 * MINUTE
    ),
    KillScenario("purchaseTicket", "free", _ordering(0), Driver.order_places, "paid:1:0", ("",)),
    KillScenario(
        "purchaseTicket",
        "taking over",
        _after_another,
        Driver.order_places,
        f"{EXPIRED} {WAITS}",
        (EXPIRED, f"{EXPIRED} {EXPIRED}"),
        wait=13 * MINUTE,
        forgotten=13 * MINUTE,
    ),
    KillScenario("payOrder", "held", HELD, Driver.pay_order, WAITS),
    KillScenario("confirmOrder", "paid", SHEET, _by_a_new_instance(Driver.confirm_order), PAID),
    KillScenario("abandonOrder", "held", HELD, Driver.abandon, EXPIRED, (WAITS,)),
    KillScenario("abandonOrder", "paid", SHEET, _by_a_new_instance(Driver.abandon), PAID),
    KillScenario("cancelTicket", "last", BOUGHT, Driver.cancel_ticket, CANCELLED, (PAID,)),
    KillScenario(
        "cancelTicket",
        "one of two",
        _of_event(Driver.places_bought, 2),
        Driver.cancel_ticket,
        PAID,
        (f"paid:2:{2 * PRICE}",),
    ),
    KillScenario("cancelEvent", "published", _published, Driver.cancel_event, OFF, (PUBLISHED,)),
    KillScenario("getUserTickets", "bought", BOUGHT, _tickets, PAID),
    KillScenario("exportAttendees", "bought", BOUGHT, _attendees, PAID),
    KillScenario("getTicketQR", "bought", BOUGHT, _by_a_new_instance(_show), PAID),
    KillScenario("validateTicket", "first", _shown, _by_a_new_instance(_scan), ENTERED, (PAID,)),
    KillScenario("validateTicket", "again", _entered, _by_a_new_instance(_scan), ENTERED),
    KillScenario("undoEntry", "entered", _entered, _by_a_new_instance(_undo), PAID, (ENTERED,)),
    KillScenario("findTickets", "bought", BOUGHT, _by_a_new_instance(_find), PAID),
    KillScenario("expireOrders", "unpaid", HELD, _expire, EXPIRED, wait=10 * MINUTE, alone=True),
    KillScenario("expireOrders", "paid", SHEET, _expire, PAID, wait=10 * MINUTE, alone=True),
    KillScenario("settleOrders", "refund", _unsent, _settle, CANCELLED, wait=3 * MINUTE, alone=True),
    KillScenario("settleOrders", "offer", _offered, _settle, f"{CANCELLED} {WAITS}", wait=MINUTE, alone=True),
    KillScenario("getDoorBundle", "bought", BOUGHT, _bundle, PAID),
    KillScenario("syncScans", "let in", BOUGHT, _by_a_new_instance(_sync), f"paid:0:{PRICE}", (PAID,)),
    KillScenario("offerTransfer", "bought", _free, _offer, "paid:1:0"),
    KillScenario("acceptTransfer", "offered", _offered_ticket, _accept, "paid:1:0"),
    KillScenario("searchEvents", "published", _published, _search, PUBLISHED),
    KillScenario("joinWaitlist", "sold out", _sold_out, _join, PAID),
    KillScenario("leaveWaitlist", "waiting", _waiting, _leave_line, PAID),
    KillScenario("stripeWebhook", "order", SHEET, _by_a_new_instance(_deliver), PAID),
    KillScenario("stripeWebhook", "late order", _late, _deliver, PAID, alone=True),
    KillScenario("stripeWebhook", "order refunded", _refunded, _deliver, CANCELLED),
    KillScenario("stripeWebhook", "order disputed", _disputed, _deliver, f"{PAID}:blocked"),
    KillScenario("deleteAccount", "order", HELD, _leave, EXPIRED, (WAITS,)),
)
