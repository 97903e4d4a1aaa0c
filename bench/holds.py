"""Many holds at once, each as if it had been bought and paid: the same documents, by the functions' own code.

They are made in batches, because one call after the other would take longer than the sweep that is measured. Their
ticket type lets a hold wait no time at all, so each one is due as soon as it is placed and no clock has to be moved.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import stripe

from common import clock
from common.documents import Doc, Unit, user_ref
from consultation.loaded_ticket import LoadedTicket
from consultation.settle import adopt, open_purchase
from consultation.states import Event
from consultation.ticket import (
    Terms,
    Ticket,
    create_params,
    lock_ref,
    new_ticket_id,
    purchase_fields,
    purchase_metadata,
    ticket_ref,
)
from consultation.transition import Happening, apply
from devkit.stripe_sim import StripeSimulator
from payments import gateway
from payments.objects import PaymentIntent

AMOUNT_JPY = 5000
_TERMS = Terms(hold_hours=0)
# Each batch has its own consultant, and is small enough for an emulator that has only just started.
_BATCH = 20
_THREADS = 4


def place_holds(count: int, simulator: StripeSimulator) -> None:
    """Put `count` authorized tickets into Firestore and their holds into the simulator, all due at once.

    The functions' environment must name both. No webhook may be registered, or it would do the same work twice.
    """
    first, *others = [range(start, min(start + _BATCH, count)) for start in range(0, count, _BATCH)]
    _place(simulator, first)
    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(functools.partial(_place, simulator), others))


def _place(simulator: StripeSimulator, numbers: Sequence[int]) -> None:
    cases = _bought(f"bench-imecon-{numbers[0]}", [f"bench-buyer-{number}" for number in numbers])
    facts = [gateway.create(case.ticket.doc["create_params"], case.ticket.key("create")) for case in cases]
    unit = Unit()
    for case, fact in zip(cases, facts, strict=True):
        adopt(unit, case.ticket, fact)
    unit.commit()
    unit = Unit()
    for case, fact in zip(cases, facts, strict=True):
        simulator.confirm(fact.id)
        held = stripe.PaymentIntent.construct_from(simulator.payment_intent(fact.id), None)
        apply(unit, case, Happening(Event.HOLD_PLACED, "stripe", clock.now(), intent=PaymentIntent.from_stripe(held)))
    unit.commit()


def _bought(imecon: str, buyers: list[str]) -> list[LoadedTicket]:
    unit, cases = Unit(), []
    for buyer in buyers:
        metadata = purchase_metadata(new_ticket_id(buyer), buyer, imecon, "dm_consultation", None, _TERMS)
        params = create_params(AMOUNT_JPY, "jpy", metadata)
        ticket = Doc(ticket_ref(metadata["ticket_id"]), None, None)
        fields = {**purchase_fields(metadata, params, clock.now()), "session_id": None, "metadata": {}}
        open_purchase(unit, Doc(lock_ref(buyer, imecon), None, None), ticket, fields, buyer)
        cases.append(LoadedTicket(Ticket(ticket), Doc(user_ref(buyer), None, None)))
    unit.commit()
    return cases
