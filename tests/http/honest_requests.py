"""What honest apps would send to each callable: requests with real ids in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.admissions import ORGANISATION, ORGANIZER
from tests.support.checkouts import LICENSE
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.points import STORE

Requests = dict[str, list[dict[str, Any]]]
INLINE = {"inlineErrors": True}
AMOUNT = 10_000
"""JPY for which points are offered."""


def honest_requests(driver: Driver, consultations: list[Consultation], customer: str) -> Requests:
    """By the function's name; the best comes first. A code is good for a minute, so they are not to be kept."""
    return {name: them for part in _PARTS for name, them in part(driver, consultations, customer).items()}


def honest_request(driver: Driver, consultations: list[Consultation], customer: str, name: str) -> dict[str, Any]:
    """The best of one function."""
    return honest_requests_to(driver, consultations, customer, name)[0]


def honest_requests_to(
    driver: Driver, consultations: list[Consultation], customer: str, name: str
) -> list[dict[str, Any]]:
    """Those of one function. Of the others only what the same part makes is prepared, once it is known which."""
    for part in [_part_of[name]] if name in _part_of else _PARTS:
        made = part(driver, consultations, customer)
        _part_of.update(dict.fromkeys(made, part))
        if name in made:
            return made[name]
    raise KeyError(name)


def _about_licences(driver: Driver, _: list[Consultation], owner: str) -> Requests:
    """Of a device that has a licence, one with an open page, and one that nobody used yet; other ones each time."""
    driver.db.document(f"rate_limits/{owner}.checkouts").delete()
    number = driver.count("purchases")
    licensed = driver.fulfilled(LICENSE, f"{owner}-{number}", owner)
    opened = driver.opened(LICENSE, f"{owner}-{number}-open", owner)
    code = driver.get_device(licensed.device, owner)["license_code"]
    new, both = f"{owner}-{number}-new", (opened, licensed)
    devices = [{"deviceId": bought.device} for bought in both]
    purchases = [{"deviceId": bought.device, "purchaseId": bought.id} for bought in both]
    return {
        "createCheckoutSession": [
            {"deviceId": new, "productType": "license", "amount": 3000, "currency": "jpy", "locale": "ja", **INLINE},
            {"device_id": new, "product_type": "daypass", "unlock_count": 0, "amount": 100},
            {**devices[0], "productType": "license"},
        ],
        "confirmCheckout": [{**purchases[0], **INLINE}, {**devices[0], "purchaseToken": driver.token(opened)}],
        "cancelCheckout": [{**purchases[0], **INLINE}, purchases[1]],
        "getDevice": [{**devices[1], **INLINE}, devices[0]],
        "restoreLicense": [{"deviceId": new, "licenseCode": code, **INLINE}, {**devices[1], "license_code": code}],
        "findPurchases": [{"purchaseId": opened.id, **INLINE}, devices[0], {"session_id": opened.session}],
        "refundPurchase": [{"purchaseId": licensed.id, "reason": "asked for", **INLINE}],
    }


def _about_orders(driver: Driver, _: list[Consultation], buyer: str) -> Requests:
    """Of an event on sale: an order that waits for its payment, one whose card is held, and one that is paid."""
    driver.db.document(f"rate_limits/{buyer}.stripe_calls").delete()
    event, hall = driver.published(), driver.published_hall()
    held, paid, bought = (made(event, buyer) for made in (driver.places_held, driver.sheet_paid, driver.places_bought))
    orders, request = [{"orderId": ordered.id} for ordered in (held, paid, bought)], f"app-{held.request}"
    items, seat = [{"tier": "ga", "quantity": 2}], [{"tier": "seat", "seatNumber": "A-1"}]
    return {
        "getEventDetails": [{"eventId": event, **INLINE}, {"event_id": hall}],
        "getSeatMap": [{"eventId": hall, **INLINE}, {"event_id": event}],
        "purchaseTicket": [
            {"eventId": event, "requestId": request, "items": items, "amount": 6000, "names": ["葵", "大地"], **INLINE},
            {"event_id": hall, "request_id": f"{request}-seat", "items": seat},
        ],
        "payOrder": [{**orders[0], **INLINE}, *orders],
        "confirmOrder": [{**orders[1], **INLINE}, *orders],
        "abandonOrder": [{**orders[0], **INLINE}, *orders],
        "cancelTicket": [
            {"ticketId": f"{bought.id}.0", **INLINE},
            {"ticket_id": f"{paid.id}.0", "quote_only": True},
        ],
        "getUserTickets": [{**INLINE}, {"cursor": f"{bought.id}.0"}],
    }


def _about_the_door(driver: Driver, _: list[Consultation], buyer: str) -> Requests:
    """Of tickets that nobody was let in with, and of one that somebody was."""
    event = driver.published()
    new, entered = (driver.places_bought(event, buyer) for _ in range(2))
    driver.scan_ticket(event, driver.ticket_code(entered), f"app-{entered.request}")
    tickets = [{"ticketId": f"{ordered.id}.0"} for ordered in (new, entered)]
    scan, code = {"eventId": event, "scanId": f"app-{new.request}"}, driver.ticket_code(new)
    return {
        "getTicketQR": [{**tickets[0], **INLINE}, *tickets],
        "validateTicket": [
            {**scan, "token": code, "gate": "北", "direction": "exit", **INLINE},
            {**scan, **tickets[0]},
        ],
        "undoEntry": [{"eventId": event, **tickets[1], "note": "入場していない", **INLINE}],
        "findTickets": [
            {"eventId": event, "name": "葵", "seatNumber": "1", "cursor": f"{new.id}.0", **INLINE},
            {"eventId": event, "seat_number": "1"},
        ],
    }


def _about_phones(driver: Driver, _: list[Consultation], buyer: str) -> Requests:
    """Of tickets that may be handed on, and are shown at a door without a network."""
    event = driver.published(price=0, transferable=True)
    ordered = driver.places_held(event, buyer, 2)
    token, ticket = driver.shown(ordered), f"{ordered.id}.1"
    scans = [
        driver.offline_scan(token),
        driver.offline_scan(token, "already_used", gate="北"),
        driver.offline_scan(ticketId=ticket),
    ]
    return {
        "getDoorBundle": [{"eventId": event, **INLINE}, {"event_id": event, "since": "2026-01-01T00:00:00Z"}],
        "syncScans": [{"eventId": event, "scans": scans, **INLINE}],
        "offerTransfer": [{"ticketId": ticket, **INLINE}, {"ticket_id": ticket, "withdraw": True}],
        "acceptTransfer": [{"transferToken": driver.offer(ordered, number=1), "holderName": "葵", **INLINE}],
    }


def _about_waiting(driver: Driver, _: list[Consultation], buyer: str) -> Requests:
    """Of an event that is sold out, and one that somebody waits for."""
    sold_out, waited_for = (driver.published(places=1, price=0) for _ in range(2))
    for event in (sold_out, waited_for):
        driver.places_held(event, "first")
    driver.join(waited_for, buyer)
    asked = {"text": "音楽", "category": "concert", "from": "2026-01-01T00:00:00Z", "to": "2999-01-01T00:00:00Z"}
    return {
        "searchEvents": [{**INLINE}, {**asked, "minPrice": 0, "maxPrice": 5000}, {"cursor": "0.ev-1"}],
        "joinWaitlist": [{"eventId": sold_out, "tier": "ga", "quantity": 1, **INLINE}],
        "leaveWaitlist": [{"eventId": waited_for, "tier": "ga", **INLINE}],
    }


def _about_events(driver: Driver, *_: object) -> Requests:
    """Of a draft, an event on sale, and ones that are closed and cancelled."""
    draft = driver.create_event()["event_id"]
    on_sale, closed, cancelled = (driver.published() for _ in range(3))
    driver.close_event(closed)
    driver.cancel_event(cancelled)
    events = [{"eventId": event} for event in (draft, on_sale, closed, cancelled)]
    tiers = [{"tier": "ga", "name": "自由席", "price": 4000, "size": 30}]
    return {
        "createEvent": [{**driver.event_fields(), **INLINE}, driver.event_fields(cancel_terms={"until_hours": 24})],
        "updateEvent": [{**events[0], "title": "朗読会", "tiers": tiers, **INLINE}, *events],
        "publishEvent": [{**events[0], **INLINE}, *events],
        "closeEvent": [{**events[1], **INLINE}, *events],
        "cancelEvent": [{**events[1], "reason": "台風のため", **INLINE}, *events],
        "deleteEvent": [{**events[0], **INLINE}, *events],
        "exportAttendees": [{**events[1], **INLINE}, *events],
        "setEventStaff": [{**events[1], "uids": {"staff-1": {"gates": ["北"]}}, **INLINE}],
        "setOrganizerMembers": [{"organizerId": ORGANISATION, "members": {ORGANIZER: "owner"}, **INLINE}],
    }


def _about_points(driver: Driver, _: list[Consultation], customer: str) -> Requests:
    scanned, store_read = driver.scanned(customer), driver.store_read(customer)
    offered, earned = driver.offered_points(AMOUNT, customer), driver.offered_points(AMOUNT, customer)
    driver.accept_points(earned, customer)
    tokens = [driver.show_code(customer), driver.show_store_code()]
    return {
        "issueSecureQR": [{"type": "store_point_use", "storeId": STORE, **INLINE}, {"type": "user_point_earn"}],
        "verifySecureQR": [{"token": token, "readerId": STORE, **INLINE} for token in tokens],
        "recordQRUsage": [
            {"nonce": scanned, "readerId": STORE, "targetId": customer, "timestamp": 1_764_000_000_000, **INLINE},
            {"nonce": store_read, "readerId": customer, "targetId": STORE},
        ],
        "checkQRUsage": [{"nonce": scanned, "readerId": STORE, **INLINE}, {"nonce": store_read}],
        "requestPointAward": [{"nonce": scanned, "storeId": STORE, "amount": 5000, **INLINE}],
        "awardPoints": [{"awardId": offered, **INLINE}, {"awardId": earned}],
        "declinePointAward": [{"awardId": offered, **INLINE}, {"awardId": earned}],
        "usePoints": [{"nonce": store_read, "storeId": STORE, "points": 50, **INLINE}],
        "reversePoints": [{"transactionId": earned, "reason": "rung up twice", **INLINE}],
    }


def _about_consultations(_: Driver, consultations: list[Consultation], __: str) -> Requests:
    payments = [{"paymentIntentId": consultation.payment} for consultation in consultations]
    rooms = [{"chatRoomId": consultation.room_id} for consultation in consultations]
    return {
        "createPaymentIntent": [
            {"imeconId": "imecon-1", "ticketType": "dm_consultation", "amount": 5000, "currency": "jpy", **INLINE},
            {"imecon_id": "imecon-2", "session_id": "s", "metadata": {"screen": "1"}, "capture_method": "manual"},
            *({"imeconId": "imecon-1", **room} for room in rooms),
        ],
        "confirmTicket": [*payments],
        "redeemTicketCode": [
            {"ticketCode": consultation.code or "x", "imeconId": "imecon-1"} for consultation in consultations
        ],
        "answerConsultation": [{**room, "accept": accept} for room in rooms for accept in (True, False)],
        "endConsultation": [*rooms, {**rooms[3], **INLINE}],
        "capturePaymentIntent": [{**payment, "amount": 3000, **INLINE} for payment in payments],
        "cancelPaymentIntent": [*({**payment, "reason": "duplicate"} for payment in payments), *rooms],
        "createTicketCodes": [
            {"count": 2, "maxRedemptions": 3, "validUntil": "2999-01-01T00:00:00Z", "imeconId": "imecon-1"},
            {"count": 1, "validUntil": "2999-01-01T00:00:00+09:00", **INLINE},
        ],
    }


def _about_leaving(*_: object) -> Requests:
    return {"deleteAccount": [{"uid": "who-leaves", **INLINE}, {"uid": "who-leaves"}]}


def _about_the_console(driver: Driver, _: list[Consultation], uid: str) -> Requests:
    """Of a session that is captured, one whose end is due, and an incident."""
    note = {"note": "お客様からの連絡", **INLINE}
    number = driver.count("tickets")
    captured, overdue = driver.ended(f"{uid}-{number}"), driver.active(f"{uid}-{number}-due")
    driver.db.document(f"tickets/{overdue.ticket}").update({"due_at": driver.now()})
    incident = f"hold_lost.{captured.ticket}"
    told = {"kind": "hold_lost", "status": "open", "ticket": captured.ticket, "subject": captured.ticket}
    driver.db.document(f"incidents/{incident}").set({**told, "details": {}, "domain": "consultation"})
    payment = {"paymentIntentId": captured.payment}
    made = driver.by_admin("createTicketCodes", count=2, validUntil="2999-01-01T00:00:00Z")
    store = {"storeId": "store-9", **note}
    return {
        "stopCampaign": [{"campaignId": made["campaign_id"], **note}, {"campaign_id": "nobody", "note": "x"}],
        "saveTicketType": [{"ticketType": "video", "amount": 8000, "active": True, "sessionMinutes": 45, **note}],
        "saveConsultant": [{"imeconId": "imecon-9", "active": True, "displayName": "コンサルタント 九", **note}],
        "saveStore": [{**store, "name": "本店", "address": "東京都", "images": ["https://example.com/a.png"]}],
        "saveStaff": [{**store, "uids": ["staff-9"]}],
        "inspectTicket": [
            {"id": captured.ticket, **INLINE},
            {"id": captured.payment, **note},
            {"id": captured.room_id},
        ],
        "refundPayment": [{**payment, **note, "amount": 1_000}, {**payment, "note": "again"}],
        "resumeDecision": [{"id": overdue.ticket, **note}, {"id": overdue.payment, "note": "once more"}],
        "runSchedule": [{"name": "voidExpiredAuthorizations", **note}, {"name": "noSuchSchedule", "note": "x"}],
        "resolveIncident": [{"incidentId": incident, **note}, {"incident_id": "hold_lost.nobody", "note": "x"}],
    }


_Part = Callable[[Driver, list[Consultation], str], Requests]
_PARTS: tuple[_Part, ...] = (
    _about_consultations,
    _about_leaving,
    _about_the_console,
    _about_points,
    _about_licences,
    _about_orders,
    _about_waiting,
    _about_the_door,
    _about_phones,
    _about_events,
)
_part_of: dict[str, _Part] = {}
"""Which of them prepares a function's requests, as it was seen."""
