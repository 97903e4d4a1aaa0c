"""The tables of an order's, an event's and a ticket's states: what is paid is never unpaid again by a deadline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admission.states import (
    CAPTURING,
    EVENT,
    ORDER,
    PAID,
    PENDING,
    STATES,
    TICKET,
    EventCommand,
    EventStatus,
    OrderEvent,
    State,
    TicketEvent,
    TicketStatus,
)
from common.state_machine import Verdict

COMMANDS = (
    OrderEvent.PART_RETURNED,
    OrderEvent.ALL_RETURNED,
    OrderEvent.PART_GIVEN_UP,
    OrderEvent.ALL_GIVEN_UP,
    OrderEvent.EVENT_CANCELLED,
)


@pytest.mark.parametrize("event", OrderEvent)
@pytest.mark.parametrize("state", STATES, ids=str)
def test_every_pair_has_an_answer_among_the_states(state: State, event: OrderEvent) -> None:
    outcome = ORDER.decide(state, event)
    assert outcome.state in STATES
    # A fact from Stripe is never refused.
    assert outcome.verdict is not Verdict.REFUSE or event in COMMANDS


def test_every_state_is_reached_from_a_pending_order() -> None:
    reached = {PENDING}
    while more := {target for (source, _), target in ORDER.moves.items() if source in reached} - reached:
        reached |= more
    assert reached == set(STATES)


@given(st.lists(st.sampled_from(OrderEvent), max_size=30))
def test_only_stripe_ends_what_is_paid(events: list[OrderEvent]) -> None:
    state = PENDING
    for event in events:
        before, state = state, ORDER.decide(state, event).state
        if before in (CAPTURING, PAID) and state not in (CAPTURING, PAID):
            assert event in (OrderEvent.CANCELED, OrderEvent.MISSING, OrderEvent.MONEY_GONE, *COMMANDS)


def test_a_cancelled_event_stays_cancelled() -> None:
    for command in EventCommand:
        assert EVENT.decide(EventStatus.CANCELLED, command).state is EventStatus.CANCELLED


def test_nobody_enters_with_a_cancelled_ticket() -> None:
    assert TICKET.decide(TicketStatus.CANCELLED, TicketEvent.ENTER).verdict is Verdict.REFUSE
    assert TICKET.decide(TicketStatus.USED, TicketEvent.CANCEL).verdict is Verdict.REFUSE
