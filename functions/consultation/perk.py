"""Perk codes: consultations given away. No Stripe at any step, so every move is one commit; it is asked only where an
unpaid purchase, or what is past its deadline, has to make way.

The code is on neither the ticket nor the consultant's ``dm_requests``, because others may still use it; only the
pair's lock, which nobody can read, remembers it so that a use can be given back.
"""

from __future__ import annotations

from typing import Any

from common import cache, clock, ids
from common.callable import Caller
from common.documents import Doc, LostRace, Unit
from common.errors import Refusal
from consultation import chat_room, shares, user_lists
from consultation.answers import RoomView
from consultation.happening import Happening
from consultation.on_sale import Consultant, OnSale
from consultation.origin import DEFAULT_TYPE, TicketOrigin, terms_text
from consultation.reasons import ConsultationReason
from consultation.records import imecon_ref, lists_ref, lock_ref, room_ref, ticket_ref, type_ref
from consultation.states import PENDING, Event, Kind
from consultation.terms import Terms
from consultation.ticket import Ticket, new_ticket
from consultation.transition import begin
from payments.limits import count_stripe_call


def redeem(caller: Caller, wanted: str | None, lists: Doc, code: Doc, redemption: Doc) -> RoomView:
    """Use a perk code once: a ticket in ``used`` with its room, in one commit."""
    imecon_id = _imecon(caller, wanted, code)
    _check(code, redemption)
    ticket_type = code.get("ticket_type", DEFAULT_TYPE)
    near_static = type_ref(ticket_type), imecon_ref(imecon_id), lists_ref(imecon_id)
    on_sale, imecon, requests, lock, share = cache.read(
        *near_static, beside=(lock_ref(caller.uid, imecon_id), shares.any_ref(code))
    )
    terms = _terms(on_sale, imecon)
    if lock.exists:
        _make_way(lock)
        # All of this was read before, so it is read again.
        raise LostRace
    origin = TicketOrigin(ids.new_id(caller.uid), caller.uid, imecon_id, ticket_type, terms_text(terms))
    ticket, unit = Doc.new(ticket_ref(origin.ticket_id)), Unit()
    number = shares.count(unit, code, share)
    _plan(unit, ticket, origin, lists)
    user_lists.begin_requests(unit, requests)
    unit.create(lock, {"ticket_id": ticket.id, "ticket_code": code.id})
    unit.create(redemption, {"ticket_ref": ticket.ref, "redeemed_at": clock.now(), "share": number})
    unit.commit()
    return RoomView.of(Ticket(ticket))


def _terms(on_sale: Doc, imecon: Doc) -> Terms:
    """What is promised. A type that is not sold at present may still be given away."""
    consultant, given = Consultant.of(imecon), OnSale.of(on_sale)
    if consultant is None or not consultant.active:
        raise Refusal(ConsultationReason.IMECON_UNAVAILABLE)
    if given is None:
        raise Refusal(ConsultationReason.TICKET_TYPE_UNAVAILABLE)
    return given.terms


def _make_way(lock: Doc) -> None:
    """Free a pair's lock: what is over is closed, and an unpaid purchase given up."""
    # Few calls come here, and those that do not start without Stripe's library.
    from consultation import pair

    loaded = pair.holder(lock)
    if loaded.ticket.state == PENDING:
        count_stripe_call(loaded.ticket.buyer)
        pair.make_way(loaded, "abandoned")
    if loaded.ticket.state.live:
        raise Refusal(ConsultationReason.CONSULTATION_IN_PROGRESS, ticket_id=loaded.ticket.id)


def _imecon(caller: Caller, wanted: str | None, code: Doc) -> str:
    fixed = code.get("imecon_ref")
    imecon_id = fixed.id if fixed is not None else wanted
    if imecon_id is None:
        raise Refusal(ConsultationReason.IMECON_REQUIRED)
    if wanted is not None and wanted != imecon_id:
        raise Refusal(ConsultationReason.IMECON_UNAVAILABLE)
    if imecon_id == caller.uid:
        raise Refusal(ConsultationReason.SELF_PURCHASE)
    return str(imecon_id)


def _check(code: Doc, redemption: Doc) -> None:
    if redemption.exists:
        raise Refusal(ConsultationReason.CODE_ALREADY_REDEEMED, chat_room_id=redemption["ticket_ref"].id)
    if clock.now() >= code["valid_until"]:
        raise Refusal(ConsultationReason.CODE_EXPIRED)
    if code["redeemed_count"] >= code["max_redemptions"]:
        raise Refusal(ConsultationReason.CODE_EXHAUSTED)


def _plan(unit: Unit, doc: Doc, origin: TicketOrigin, lists: Doc) -> None:
    now = clock.now()
    fields: dict[str, Any] = new_ticket(Kind.PERK, origin, now)
    ticket = begin(unit, doc, fields, Happening(Event.REDEEM, origin.user_id, now))
    chat_room.open_pending(unit, ticket, Doc.new(room_ref(ticket.id)), now)
    user_lists.raise_request(
        unit, ticket, lists, status="used", code=None, expires_at=fields["expires_at"], now=now, in_person=True
    )
