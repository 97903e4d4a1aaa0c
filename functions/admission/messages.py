"""Who is told what of events: once, in the commit that makes it so, because each document has what happened as its id.

The buyer by push and by mail, and whoever has a ticket that was handed on. The owners and managers of the organiser by
push, of what one buyer bought or gave back, and of duplicates at the door: one document for each of them and each
change, which nobody else writes to.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from pydantic.alias_generators import to_camel

from admission.event import Event
from admission.order import Order
from admission.records import organizer_ref
from admission.roles import EDITORS, members
from common import cache, mail, push
from common.clock import TOKYO
from common.documents import Doc, Unit
from common.params import PUSH_NOTIFICATIONS

MOST_MEMBERS = 10
"""Of an organiser that are told of each order."""


def notify(unit: Unit, order: Order, text: str, now: datetime, version: int) -> None:
    """Plan to tell the buyer, once for each version of the order."""
    _tell(unit, f"{order.id}_{version}", order.buyer, order, text, now)
    seats = "、".join(item.seat_number for item in order.items)
    lines = [text, *_about_event(order.doc.data or {})]
    lines += [f"席: {seats}", f"金額: {order.amount:,}円", f"注文番号: {order.id}"]
    _write(unit, f"{order.id}_{version}", order.buyer, str(order.doc["event_title"]), lines, now)


def notify_organizer(unit: Unit, order: Order, text: str, now: datetime, version: int) -> None:
    """Plan to tell the organiser's owners and managers."""
    for uid in _editors(str(order.doc["organizer_id"])):
        _tell(unit, f"{order.id}_{version}_{uid}", uid, order, text, now)


def notify_door(unit: Unit, scan_id: str, event: Event, by: str, text: str, now: datetime) -> None:
    """Plan to tell the organiser's owners and managers of what a scan has shown."""
    for uid in _editors(event.organizer_id):
        _push(unit, f"door.{scan_id}_{uid}", uid, by, str(event.doc["title"]), text, {"event_id": event.id}, now)


def _editors(organizer_id: str) -> list[str]:
    """The organiser's owners and managers, as they were a minute ago."""
    if not PUSH_NOTIFICATIONS.value:
        return []
    (organizer,) = cache.read(organizer_ref(organizer_id))
    return sorted(uid for uid, role in members(organizer).items() if role in EDITORS)[:MOST_MEMBERS]


def notify_holders(unit: Unit, order: Order, numbers: Collection[int], text: str, now: datetime, version: int) -> None:
    """Plan to tell those who have tickets of an order that its buyer handed on."""
    title, about = str(order.doc["event_title"]), _about_event(order.doc.data or {})
    for number in numbers:
        uid = (order.doc.get("holders") or {}).get(str(number), order.buyer)
        if uid == order.buyer:
            continue
        id_ = f"{order.id}.{number}_{version}"
        _push(unit, id_, uid, order.buyer, title, text, {"event_id": order.event_id}, now)
        _write(unit, id_, uid, title, [text, *about, f"席: {order.items[number].seat_number}"], now)


def notify_of_ticket(unit: Unit, id_: str, uid: str, sender: str, ticket: Doc, text: str, now: datetime) -> None:
    """Plan to tell somebody what became of a ticket."""
    title, parameters = str(ticket["event_title"]), {"event_id": ticket["event_id"], "ticket_id": ticket.id}
    _push(unit, id_, uid, sender, title, text, parameters, now)
    _write(unit, id_, uid, title, [text, *_about_event(ticket.data or {}), f"席: {ticket['seat_number']}"], now)


def notify_waiting(unit: Unit, id_: str, uid: str, event: Event, text: str, now: datetime) -> None:
    """Plan to tell somebody what became of their waiting."""
    title = str(event.doc.get("title") or "")
    _push(unit, id_, uid, uid, title, text, {"event_id": event.id}, now)
    about = _about(title, event.doc["event_date"], event.doc["venue_name"]) if event.exists else []
    _write(unit, id_, uid, title, [text, *about], now)


def _tell(unit: Unit, id_: str, uid: str, order: Order, text: str, now: datetime) -> None:
    parameters = {"event_id": order.event_id, "order_id": order.id}
    _push(unit, id_, uid, order.buyer, str(order.doc["event_title"]), text, parameters, now)


def _push(
    unit: Unit, id_: str, uid: str, sender: str, title: str, text: str, parameters: dict[str, Any], now: datetime
) -> None:
    page = "EventTickets"
    # FlutterFlow knows a page's parameters by names in camelCase alone.
    parameters = parameters | {to_camel(name): value for name, value in parameters.items()}
    push.send(unit, id_, to=uid, sender=sender, title=title, text=text, page=page, parameters=parameters, now=now)


def _write(unit: Unit, id_: str, uid: str, title: str, lines: Sequence[str], now: datetime) -> None:
    mail.send(unit, id_, to=uid, subject=f"【{title}】{lines[0]}", lines=lines, now=now)


def _about_event(repeated: dict[str, Any]) -> list[str]:
    """What an order or a ticket repeats of its event."""
    return _about(repeated["event_title"], repeated["event_date"], repeated["venue_name"])


def _about(title: str, begins: datetime, venue: str) -> list[str]:
    return [f"イベント: {title}", f"日時: {begins.astimezone(TOKYO):%Y年%m月%d日 %H:%M}(日本時間)", f"会場: {venue}"]
