"""The ticket's ids, terms and deadlines, at their boundaries."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud import firestore
from hypothesis import given, settings
from hypothesis import strategies as st

from common import ids
from common.documents import Doc
from consultation.origin import TicketOrigin, terms_text
from consultation.states import Decision, Kind, State, Status
from consultation.terms import BOUNDS, Terms, hold_deadline
from consultation.ticket import Ticket, new_ticket, unserved
from payments.origin import Origin

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# A machine may be busy: times prove nothing.
unhurried = settings(deadline=None)
uids = st.text("ABCXYZabcxyz0189._:@+|=-", min_size=1, max_size=128)


def ticket(**fields: Any) -> Ticket:
    return Ticket(Doc(None, fields, None))  # type: ignore[arg-type]


@unhurried
@given(uids)
def test_a_ticket_id_names_its_buyer(uid: str) -> None:
    id_ = ids.new_id(uid)
    assert ids.owner_of(id_) == uid
    assert re.fullmatch(r"[0-9a-f]{24}", id_.removeprefix(f"{uid}."))


def test_ticket_ids_cannot_be_guessed_from_one_another() -> None:
    tails = [ids.new_id("u").removeprefix("u.") for _ in range(1_000)]
    assert len(set(tails)) == 1_000
    # Every place takes every digit: 24 places of four bits.
    assert all(len(set(place)) == 16 for place in zip(*tails, strict=True))


@pytest.mark.parametrize(("id_", "buyer"), [("a.b.c", "a.b"), ("nodot", ""), (".x", ""), ("x.", "x")])
def test_any_id_has_a_buyer_or_none(id_: str, buyer: str) -> None:
    assert ids.owner_of(id_) == buyer


@pytest.mark.parametrize(
    ("capture_before", "deadline"),
    [
        (None, timedelta(hours=72)),
        (timedelta(days=30), timedelta(hours=72)),
        # Exactly room for a session of 30 minutes and the margin of 60 after 72 hours.
        (timedelta(hours=73, minutes=30), timedelta(hours=72)),
        (timedelta(hours=73, minutes=30) - SECOND, timedelta(hours=72) - SECOND),
        (timedelta(hours=24), timedelta(hours=22, minutes=30)),
    ],
)
def test_hold_deadline(capture_before: timedelta | None, deadline: timedelta) -> None:
    bank = None if capture_before is None else NOW + capture_before
    assert hold_deadline(Terms(), NOW, bank) == NOW + deadline


@unhurried
@given(st.integers(1, 720), st.integers(1, 240), st.integers(1, 2_000))
def test_a_session_begun_at_the_last_moment_can_still_be_captured(hold: int, session: int, bank_hours: int) -> None:
    terms = Terms(hold_hours=hold, session_minutes=session)
    bank = NOW + timedelta(hours=bank_hours)
    deadline = hold_deadline(terms, NOW, bank)
    assert deadline <= NOW + timedelta(hours=hold)
    assert deadline + timedelta(minutes=session) + timedelta(minutes=60) <= bank


@pytest.mark.parametrize(("off", "passed"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_the_deadline_itself_is_too_late(off: timedelta, passed: bool) -> None:
    assert ticket(expires_at=NOW).passed("expires_at", NOW + off) is passed


def test_a_deadline_that_is_not_set_never_passes() -> None:
    assert not ticket(due_at=None).passed("due_at", NOW)
    assert not ticket().passed("due_at", NOW)


@pytest.mark.parametrize(
    ("uid", "after", "unpaid"),
    [
        ("imecon-1", timedelta(0), True),
        ("imecon-1", timedelta(minutes=3) - SECOND, True),
        ("imecon-1", timedelta(minutes=3), False),
        ("buyer", timedelta(0), False),
        ("admin", timedelta(0), False),
    ],
)
def test_only_a_consultant_who_stops_early_gave_no_service(
    references: firestore.Client, uid: str, after: timedelta, unpaid: bool
) -> None:
    started = ticket(started_at=NOW, imecon_ref=references.document("users/imecon-1"))
    assert unserved(started, uid, NOW + after) is unpaid


def test_a_session_that_never_started_is_not_an_early_end(references: firestore.Client) -> None:
    assert not unserved(ticket(started_at=None, imecon_ref=references.document("users/i")), "i", NOW)


@pytest.mark.parametrize(
    ("fields", "ends_at"),
    [
        ({"started_at": None}, None),
        ({"started_at": NOW}, NOW + timedelta(minutes=30)),
        ({"started_at": NOW, "decided_at": NOW + timedelta(minutes=9)}, NOW + timedelta(minutes=9)),
        ({"started_at": NOW, "decided_at": NOW + timedelta(hours=9)}, NOW + timedelta(minutes=30)),
        ({"started_at": NOW, "completed_at": NOW + timedelta(minutes=4)}, NOW + timedelta(minutes=4)),
        ({"started_at": NOW, "terms": {"session_minutes": 45}}, NOW + timedelta(minutes=45)),
    ],
)
def test_when_a_session_ends(fields: dict[str, Any], ends_at: datetime | None) -> None:
    assert ticket(**fields).ends_at == ends_at


def test_terms_default_to_the_design_and_take_what_is_set() -> None:
    assert Terms.of({}) == Terms(30, 3, 60, 72, 60)
    odd = {"session_minutes": 45, "hold_hours": None, "active": True, "amount": 1}
    assert Terms.of(odd) == Terms(45, 3, 60, 72, 60)


@pytest.mark.parametrize("value", [-1, 10**30, 30.5, float("nan"), float("inf"), "30", True, [], None])
@pytest.mark.parametrize("name", BOUNDS)
def test_terms_that_cannot_be_have_their_default(name: str, value: object) -> None:
    assert Terms.of({name: value}) == Terms()


@pytest.mark.parametrize("page", ["", " ", "x" * 101, 7, None, ["DMRoom"]])
def test_a_page_that_cannot_be_has_its_default(page: object) -> None:
    assert Terms.of({"page": page}) == Terms()


def test_a_shortest_session_is_never_longer_than_the_session() -> None:
    assert Terms.of({"session_minutes": 10, "min_session_minutes": 20}).min_session_minutes == 10


@unhurried
@given(
    st.builds(Terms, *[st.integers(*BOUNDS[name]) for name in BOUNDS], st.text("AZaz", min_size=1, max_size=40)),
    st.sampled_from([None, "room-1"]),
)
def test_a_ticket_is_rebuilt_from_its_metadata_alone(
    references: firestore.Client, terms: Terms, room: str | None
) -> None:
    terms = replace(terms, min_session_minutes=min(terms.min_session_minutes, terms.session_minutes))
    ordered = TicketOrigin("u.1", "u", "imecon-1", "dm_consultation", terms_text(terms), room)
    metadata = ordered.metadata()
    # Stripe's limits for metadata.
    assert all(isinstance(value, str) and len(value) <= 500 for value in metadata.values())
    found = TicketOrigin.of(Origin(metadata["project"], "consultation", metadata))
    assert found == ordered
    fields = new_ticket(Kind.PAID, found, NOW, amount=5000)
    rebuilt = ticket(**fields)
    assert rebuilt.terms == terms
    assert (rebuilt.buyer, rebuilt.imecon, rebuilt.amount) == ("u", "imecon-1", 5000)
    assert fields["expires_at"] == NOW + timedelta(minutes=terms.pending_minutes)
    assert (fields["chat_room_ref"] is None) == (room is None)


@pytest.mark.parametrize(
    ("status", "payment"),
    [
        ("pending_payment", "created"),
        ("authorized", "requires_capture"),
        ("used", "requires_capture"),
        ("active", "requires_capture"),
        ("completed", "captured"),
        ("cancelled", "canceled"),
    ],
)
def test_the_payment_shows_what_the_ticket_is(status: str, payment: str) -> None:
    assert ticket(status=status, decision=None).payment_status == payment


def test_a_finished_ticket_keeps_its_decision_but_is_in_its_plain_state() -> None:
    done = ticket(status="completed", decision="capture")
    assert done.state == State(Status.COMPLETED)
    assert done.decision is Decision.CAPTURE
    assert ticket(status="active", decision="capture").state == State(Status.ACTIVE, Decision.CAPTURE)


def test_keys_change_with_the_operation_and_the_attempt_only(references: firestore.Client) -> None:
    def keyed(attempt: int) -> Ticket:
        return Ticket(Doc(references.document("tickets/u.1"), {"attempt": attempt}, None))

    keys = {keyed(attempt).key(operation) for attempt in (1, 2) for operation in ("create", "capture", "void")}
    assert len(keys) == 6
    assert keyed(1).key("void") == keyed(1).key("void") == "u.1:void:1"
