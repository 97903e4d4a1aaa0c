"""The state machine, every pair and every way through it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultation import states
from consultation.states import (
    ACTIVE,
    AUTHORIZED,
    DEADLINES,
    FACTS,
    PAID_STATES,
    PENDING,
    PERK_STATES,
    USED,
    Decision,
    Event,
    Outcome,
    State,
    Status,
    Verdict,
    decide,
)
from tests.support.consultation_state_table import PAID, PERK, expected

# A machine may be busy: times prove nothing.
unhurried = settings(deadline=None)
RANK = {
    Status.PENDING_PAYMENT: 0,
    Status.AUTHORIZED: 1,
    Status.USED: 2,
    Status.ACTIVE: 3,
    Status.COMPLETED: 4,
    Status.CANCELLED: 4,
}
ANY_STATE = [State(status, decision) for status, decision in product(Status, [None, *Decision])]
CASES = [
    pytest.param(state, event, perk, outcome, id=f"{'perk' if perk else 'paid'}-{state}-{event}")
    for perk, table in ((False, PAID), (True, PERK))
    for (state, event), outcome in expected(table).items()
]


@pytest.mark.parametrize(("state", "event", "perk", "outcome"), CASES)
def test_every_state_and_event_has_the_outcome_of_the_table(
    state: State, event: Event, perk: bool, outcome: Outcome
) -> None:
    assert decide(state, event, perk=perk) == outcome


def test_the_tables_cover_every_state_and_event() -> None:
    assert set(expected(PAID)) == set(product(PAID_STATES, Event))
    assert set(expected(PERK)) == set(product(PERK_STATES, Event))


@pytest.mark.parametrize("perk", [False, True])
def test_total_even_for_states_that_cannot_occur(perk: bool) -> None:
    for state, event in product(ANY_STATE, Event):
        assert decide(state, event, perk=perk).verdict in Verdict


@pytest.mark.parametrize("perk", [False, True])
def test_facts_and_deadlines_are_never_refused_nor_repeated(perk: bool) -> None:
    for state, event in product(ANY_STATE, FACTS | DEADLINES):
        assert decide(state, event, perk=perk).verdict in (Verdict.MOVE, Verdict.IGNORE)


def test_every_event_is_a_fact_a_deadline_or_a_command_some_state_accepts() -> None:
    accepted = {event for table in (PAID, PERK) for (_, event), o in expected(table).items() if o.verdict == "move"}
    assert accepted == set(Event)


def unsound(state: State, event: Event, perk: bool) -> str | None:
    """What is wrong with one step: a terminal state left, a decision changed, or a status gone backwards."""
    after = decide(state, event, perk=perk).state
    if not state.live and after != state:
        return f"{state} was left by {event}"
    if state.decision is not None and after.live and after.decision is not state.decision:
        return f"{event} changed the decision of {state} to {after}"
    if RANK[after.status] < RANK[state.status]:
        return f"{event} moved {state} back to {after}"
    return None


@pytest.mark.parametrize(("perk", "states"), [(False, PAID_STATES), (True, PERK_STATES)], ids=["paid", "perk"])
def test_no_step_is_unsound(perk: bool, states: tuple[State, ...]) -> None:
    assert [problem for state, event in product(states, Event) if (problem := unsound(state, event, perk))] == []


@pytest.mark.parametrize(
    ("state", "event", "wrong"),
    [
        (ACTIVE, Event.HOLD_PLACED, AUTHORIZED),
        (State(Status.ACTIVE, Decision.CAPTURE), Event.ABANDON, State(Status.ACTIVE, Decision.VOID)),
        (State(Status.USED, Decision.VOID), Event.ACCEPT, ACTIVE),
        (State(Status.CANCELLED), Event.CAPTURED, State(Status.COMPLETED)),
    ],
    ids=["backwards", "other decision", "decision dropped", "terminal left"],
)
def test_control_an_unsound_step_would_be_seen(
    monkeypatch: pytest.MonkeyPatch, state: State, event: Event, wrong: State
) -> None:
    monkeypatch.setitem(states.PAID, (state, event), wrong)
    assert unsound(state, event, perk=False) is not None


@unhurried
@given(perk=st.booleans(), events=st.lists(st.sampled_from(sorted(Event)), max_size=30))
def test_any_sequence_of_events_goes_forward_only_and_decides_once(perk: bool, events: list[Event]) -> None:
    state, decisions = USED if perk else PENDING, list[Decision]()
    known = set(PERK_STATES if perk else PAID_STATES)
    for event in events:
        before, state = state, decide(state, event, perk=perk).state
        assert state in known
        assert RANK[state.status] >= RANK[before.status]
        if state.decision is not None and before.decision is None:
            decisions.append(state.decision)
        if not before.live:
            assert state == before
    assert len(decisions) <= 1


@unhurried
@given(st.lists(st.sampled_from(sorted(Event)), max_size=30))
def test_a_command_sent_again_repeats_what_was_done(events: list[Event]) -> None:
    """A command sent twice in a row is never refused the second time, redeeming apart: a code is used once."""
    state = PENDING
    for event in events:
        first = decide(state, event)
        if first.verdict is Verdict.MOVE and event not in (Event.REDEEM, Event.REOPEN):
            again = decide(first.state, event)
            if event in FACTS | DEADLINES:
                assert again.verdict is Verdict.IGNORE
            else:
                assert again == Outcome(Verdict.REPEAT, first.state)
        state = first.state
