"""The table of a purchase's states: what is paid stays paid, a decision is made once, and money moves both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout.states import (
    COMMANDS,
    FULFILLED,
    MOVES,
    OPEN,
    REFUNDED,
    REFUNDING,
    REVOKED,
    STATES,
    Decision,
    Event,
    State,
    Status,
    decide,
)
from common.state_machine import Verdict

PAID = (Status.FULFILLED, Status.REFUNDED, Status.REVOKED)


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("state", STATES, ids=str)
def test_every_pair_has_an_answer_among_the_states(state: State, event: Event) -> None:
    outcome = decide(state, event)
    assert outcome.state in STATES
    # A fact from Stripe is never refused.
    assert outcome.verdict is not Verdict.REFUSE or event in COMMANDS


def test_every_state_is_reached_from_an_open_purchase() -> None:
    reached = {OPEN}
    while more := {target for (source, _), target in MOVES.items() if source in reached} - reached:
        reached |= more
    assert reached == set(STATES)


@given(st.lists(st.sampled_from(Event), max_size=30))
def test_what_was_paid_is_never_unpaid_again(events: list[Event]) -> None:
    state, paid = OPEN, False
    for event in events:
        state = decide(state, event).state
        paid = paid or event is Event.PAID
        if paid and state.status not in PAID:
            # Only what could not be granted, on its way back to the buyer.
            assert state.decision is Decision.REFUND


@given(st.lists(st.sampled_from([Event.DISPUTED, Event.MONEY_GONE, Event.MONEY_BACK]), max_size=20))
def test_the_money_decides_alone_once_it_was_granted(events: list[Event]) -> None:
    state = FULFILLED
    for event in events:
        state = decide(state, event).state
    last = events[-1] if events else Event.MONEY_BACK
    assert state == (FULFILLED if last is Event.MONEY_BACK else REVOKED)


def test_a_refund_ends_with_the_money_or_by_an_administrator() -> None:
    for state in REFUNDING:
        left = {event for (source, event), target in MOVES.items() if source == state and target not in REFUNDING}
        assert left == {Event.MONEY_GONE, Event.WRITE_OFF}


def test_nobody_cancels_what_is_paid() -> None:
    for state in (FULFILLED, REFUNDED, REVOKED):
        assert decide(state, Event.CANCEL).state == state
