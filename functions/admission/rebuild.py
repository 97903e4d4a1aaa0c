"""What a hand deleted is written anew from what is left around it: an order, its tickets, a block, a buyer's count.

Nothing is written over: what is there and differs is a person's matter, but for a count, which the orders tell.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from admission import surroundings, tickets
from admission.door.handing_on import OPEN, TransferStatus
from admission.door.tally import Tally
from admission.event import Event
from admission.event_fields import DEFAULT_TERMS
from admission.inventory import Item
from admission.order import RESUME, LoadedOrder, Order
from admission.records import buyer_ref, event_ref, order_ref, tier_ref
from admission.states import PENDING, Decision, EventStatus, OrderStatus, TicketStatus
from admission.tier import Tier, new_block
from common import clock, documents, history, log
from common.documents import Doc, Unit
from common.history import Change
from common.retry import run_until_committed
from payments import objects, payment_intents
from payments.failures import Missing
from payments.objects import PaymentIntent

Fields = dict[str, Any]
REBUILD = "rebuild"
SOON = timedelta(minutes=2)


def order(order_id: str) -> LoadedOrder | None:
    """An order that is gone, from its tickets; ``None`` if not all of them are left.

    Without tickets nobody has anything of it: its places come free by the clock, and what is held is voided as a stray.
    """
    return run_until_committed(lambda: _order(order_id))


def _order(order_id: str) -> LoadedOrder | None:
    (doc,) = documents.read(order_ref(order_id))
    if doc.exists:
        # It is there, or another has just written it.
        return LoadedOrder(Order(doc))
    found = _of_order("event_tickets", order_id)
    if not found or [int(doc.id.rpartition(".")[2]) for doc in found] != list(range(len(found))):
        return None
    event_id, payment_id = str(found[0]["event_id"]), found[0]["payment_id"]
    names = list(dict.fromkeys(str(doc["tier"]) for doc in found))
    event, *tiers = documents.read(event_ref(event_id), *(tier_ref(event_id, name) for name in names))
    known = {tier.name: tier for tier in map(Tier, tiers) if tier.exists}
    if len(known) < len(names):
        return None
    lines, unit = history.lines(doc.ref), Unit()
    fields = _ordered(found, event, known) | _progress(found, payment_id, _of_order("event_refunds", order_id))
    history.begin(unit, doc, fields, Change(REBUILD, "schedule", clock.now()), lines)
    unit.commit()
    log.warning("order rebuilt", purchase=order_id, status=fields["status"])
    return LoadedOrder(Order(doc))


def _of_order(collection: str, order_id: str) -> list[Doc]:
    """Its documents in a collection, by their number."""
    its = documents.collection(collection).where(filter=FieldFilter("order_id", "==", order_id))
    return sorted(map(Doc.found, its.stream()), key=lambda doc: int(doc.id.rpartition(".")[2]))


def _ordered(found: list[Doc], event: Doc, tiers: dict[str, Tier]) -> Fields:
    """What was ordered, as the tickets tell it; the terms are the event's present ones."""
    first = found[0]
    same = ("event_id", "organizer_id", "purchaser_id", "payment_id", "event_title", "event_date", "venue_name")
    return {
        **{name: first[name] for name in same},
        "items": [_item(ticket, tiers[ticket["tier"]]).fields() for ticket in found],
        "names": [ticket["holder_name"] for ticket in found],
        "holders": {str(n): ticket["holder_id"] for n, ticket in enumerate(found) if ticket["generation"] > 1},
        "amount": sum(int(ticket["price"]) for ticket in found),
        "currency": "jpy",
        "terms": event.get("cancel_terms", DEFAULT_TERMS),
        "request_id": None,
        "fingerprint": None,
        "create_params": None,
        "attempt": 1,
        "expires_at": None,
        "end_reason": None,
        "created_at": first["purchase_date"],
        "paid_at": first["purchase_date"],
    }


def _item(ticket: Doc, tier: Tier) -> Item:
    """A ticket's place, which its number or its seat names."""
    seat = str(ticket["seat_number"])
    if tier.rows:
        row = tier.row_of(seat)
        return Item(tier.name, row or 0, seat, seat, int(ticket["price"]))
    block, place = divmod(int(seat) - 1, tier.block_size)
    return Item(tier.name, block, str(place + 1), seat, int(ticket["price"]))


def _progress(found: list[Doc], payment_id: str | None, refunds: list[Doc]) -> Fields:
    """What was given back of it, and what is still to be done about its money."""
    fact = _payment(payment_id)
    returned = [number for number, doc in enumerate(found) if doc["status"] == TicketStatus.CANCELLED]
    still_open = {refund.id.rpartition(".")[2]: refund["amount"] for refund in refunds if refund["status"] == "decided"}
    decision = Decision.REFUND if still_open else None
    if fact is not None and fact.status == objects.HELD:
        decision = Decision.CAPTURE
    due = {"due_action": RESUME, "due_at": clock.now() + SOON, "tries": 0} if decision else {}
    return {
        "status": OrderStatus.CANCELLED if len(returned) == len(found) else OrderStatus.PAID,
        "returned": returned,
        "refunds": len(refunds),
        "open_refunds": still_open,
        "amount_captured": fact.amount_received if fact is not None else 0,
        "refunded_amount": (fact.amount_refunded if fact is not None else 0) + sum(still_open.values()),
        "returned_amount": sum(int(refund["amount"]) for refund in refunds),
        "decision": decision,
        "carried_out_at": None,
        **({"due_action": None, "due_at": None} | due),
    }


def _payment(payment_id: str | None) -> PaymentIntent | None:
    try:
        return payment_intents.retrieve(payment_id) if payment_id else None
    except Missing:
        return None


def missing_tickets(loaded: LoadedOrder) -> list[str]:
    """Issue those tickets of a paid order anew that are gone; a line for each."""
    return run_until_committed(lambda: _missing_tickets(loaded.order), loaded.reload)


def _missing_tickets(order: Order) -> list[str]:
    paid_at = order.time("paid_at")
    if order.state.status is not OrderStatus.PAID or paid_at is None:
        return []
    found, unit = documents.read(*tickets.refs(order)), Unit()
    issued = tickets.new_tickets(order, order.payment_intent_id, paid_at)
    gone = [number for number, doc in enumerate(found) if not doc.exists]
    for number in gone:
        over = {"status": TicketStatus.CANCELLED} if number in order.returned else {"blocked": order.disputed}
        fields = {**issued[number], **over} | _handed_on(found[number].id)
        unit.create(found[number], fields | _entered(found[number].id, fields))
    if gone:
        history.advance(unit, order.doc, {}, Change("reissue", "schedule", clock.now()))
        unit.commit()
    return [f"{order.id}: its ticket {number} was gone" for number in gone]


def _entered(ticket_id: str, ticket: Fields) -> Fields:
    """What the entries with a ticket that is issued anew tell of it, so that nobody else is let in with it."""
    query = documents.collection("event_entries").where(filter=FieldFilter("ticket_id", "==", ticket_id))
    found = sorted(map(Doc.found, query.stream()), key=lambda entry: int(entry.id.rpartition(".")[2]))
    if not found:
        return {}
    told = Tally.of(entry.data or {} for entry in found).on_ticket(ticket)
    return {**told, "entries": int(found[-1].id.rpartition(".")[2]), "door_changed_at": clock.now()}


def _handed_on(ticket_id: str) -> Fields:
    """Whose a ticket is that is issued anew, so that nobody's older code of it is good again."""
    query = documents.collection("event_transfers").where(filter=FieldFilter("ticket_id", "==", ticket_id))
    found = [Doc.found(each) for each in query.stream()]
    taken = sorted((int(each["generation"]), str(each["to_uid"])) for each in found if each["to_uid"] is not None)
    offered = [each.id for each in found if each["status"] == TransferStatus.OFFERED]
    if not found:
        return {}
    last = {"generation": taken[-1][0] + 1, "holder_id": taken[-1][1], "holder_name": None} if taken else {}
    return {**last, OPEN: offered, "door_changed_at": clock.now()}


def recount(event_id: str, uid: str) -> list[str]:
    """Have what is counted of a buyer be what their orders say; a line if it was not."""
    return run_until_committed(lambda: _recount(event_id, uid))


def _recount(event_id: str, uid: str) -> list[str]:
    # Whatever changes what the orders come to changes this document in the same commit, so it must be read first.
    doc = surroundings.buyer_doc(event_id, uid)
    orders, now = surroundings.orders_of(event_id, uid), clock.now()
    owned = sum(len(order.kept) for order in orders if order.state.status is OrderStatus.PAID)
    pending = [order for order in orders if order.state == PENDING and not order.passed("expires_at", now)]
    held = {order.id: {"n": len(order.items), "until": order.time("expires_at")} for order in pending}
    known = {id_: each for id_, each in (doc.get("held") or {}).items() if each}
    if int(doc.get("owned", 0)) == owned and all(known.get(id_) == each for id_, each in held.items()):
        return []
    fields, unit = {"owned": owned, "held": known | held, "version": int(doc.get("version", 0)) + 1}, Unit()
    if doc.exists:
        unit.update_as_read(doc, fields)
    else:
        unit.create(doc, fields)
    unit.commit()
    return [f"buyer {buyer_ref(event_id, uid).id}: {doc.get('owned')} places were counted, {owned} bought"]


def missing_blocks(event_id: str) -> list[str]:
    """Write those blocks of a published event anew that are gone, or of which only places are left; a line for each."""
    return run_until_committed(lambda: _missing_blocks(event_id))


def _missing_blocks(event_id: str) -> list[str]:
    event = Event(surroundings.event_doc(event_id))
    tiers = [Tier(doc) for doc in documents.read(*event.tier_refs())] if event.exists else []
    if not event.exists or event.doc.get("published_at") is None or not all(tier.exists for tier in tiers):
        return []
    lines, unit = [], Unit()
    for tier in tiers:
        docs = documents.read(*tier.blocks())
        gone = [number for number, doc in enumerate(docs) if doc.get("size") is None]
        left = tier.size - sum(int(doc["size"]) for number, doc in enumerate(docs) if number not in gone)
        for number in gone:
            size = min(tier.block_size, max(0, left))
            fields = new_block(tier, number, size)
            left -= fields["size"]
            _write_block(unit, event, docs[number], {**fields, "places": _sold(event_id, tier.name, number)})
            # Which places were kept from sale only the block itself knew.
            lines.append(f"block {docs[number].id} was gone: what was held back in it is for sale again")
    if lines:
        unit.commit()
    return lines


def _write_block(unit: Unit, event: Event, doc: Doc, fields: Fields) -> None:
    fields = {**fields, "closed": event.status is not EventStatus.PUBLISHED}
    if doc.exists:
        unit.update_as_read(doc, fields)
    else:
        unit.create(doc, fields)
    log.warning("block rebuilt", block=doc.id)


def _sold(event_id: str, tier: str, number: int) -> Fields:
    """The places of a block that orders have or hold."""
    its = FieldFilter("event_id", "==", event_id)
    places: Fields = {}
    for found in documents.collection("event_orders").where(filter=its).stream():
        order = Order(Doc.found(found))
        if order.state.status is not OrderStatus.PAID and order.state != PENDING:
            continue
        until = order.time("expires_at") if order.state == PENDING else None
        mine = [item for item in order.kept if (item.tier, item.block) == (tier, number)]
        places |= {item.place: {"o": order.id, "u": until} for item in mine}
    return places


def is_block(doc: Doc) -> bool:
    """Whether a block is whole: a hand may have left only what was written to it after it was deleted."""
    return isinstance(doc.get("size"), int)
