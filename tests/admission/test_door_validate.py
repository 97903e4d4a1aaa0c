"""validateTicket: who is let in, where and when, what is written of it, and what is written nowhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from admission.door.check import Result
from devkit import local
from tests.support.admissions import ORGANIZER, Ordered
from tests.support.calls import Json, refused
from tests.support.clock import DAY, HOUR
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips

NORTH, SOUTH = "北", "南"


@dataclass
class Shown:
    """A ticket in front of a door.

    Attributes:
        more: what else the phone says.
    """

    event: str
    ordered: Ordered
    token: str
    more: Json

    @property
    def ticket(self) -> str:
        return f"{self.ordered.id}.0"

    def at(self, driver: Driver, uid: str = ORGANIZER, **more: Any) -> Any:
        return driver.scan_ticket(self.event, self.token, uid=uid, **{**self.more, **more})


def shown(driver: Driver, **event: Any) -> Shown:
    """A free ticket to an event of its own."""
    ordered = driver.places_taken(driver.published(price=0, **event))
    return Shown(ordered.event, ordered, driver.ticket_code(ordered), {})


def result(answer: Any) -> str:
    return str(answer["result"])


def ticket_of(driver: Driver, there: Shown) -> Json:
    return driver.document(f"event_tickets/{there.ticket}")


def entries(driver: Driver) -> list[Json]:
    found = driver.db.collection("event_entries").stream()
    return [entry.to_dict() or {} for entry in sorted(found, key=lambda entry: entry.id)]


# What is answered and written.


def test_who_has_a_valid_ticket_is_let_in_and_the_door_is_told_who_it_is(driver: Driver) -> None:
    event, now = driver.published(price=0), driver.freeze()
    ordered = Ordered(event)
    driver.order_places(ordered, names=["山田 葵"])
    there = Shown(event, ordered, driver.ticket_code(ordered), {})
    answer = there.at(driver, scan_id="scan-a", gate=NORTH)
    seat = ticket_of(driver, there)["seat_number"]
    said = {"ok": True, "scan_id": "scan-a", "result": "ok", "detail": None, "direction": "entry", "duplicate": False}
    assert {**answer, "entered_at": None} == {
        **said, "ticket_id": there.ticket, "tier": "ga", "seat_number": seat, "holder_name": "山田 葵",
        "entered_at": None,
    }  # fmt: skip
    assert abs(datetime.fromisoformat(answer["entered_at"]) - now) < timedelta(milliseconds=1)
    ticket = ticket_of(driver, there)
    assert (ticket["status"], ticket["inside"], ticket["entries"]) == ("used", True, 1)
    assert ticket["entered_at"] == ticket["door_changed_at"] == now
    assert driver.document(f"event_entries/{there.ticket}.1") == {
        "event_id": event, "organizer_id": "org-1", "ticket_id": there.ticket, "seat_number": seat,
        "holder_name": "山田 葵", "direction": "entry", "scan_id": "scan-a", "gate": NORTH, "by": ORGANIZER, "at": now,
        "recorded_at": now, "offline": False, "duplicate": False, "problem": None, "undone_at": None,
        "undone_by": None, "undo_note": None,
    }  # fmt: skip
    scan = driver.document("event_scans/scan-a")
    assert (scan["result"], scan["entry"], scan["by"], scan["gate"]) == ("ok", f"{there.ticket}.1", ORGANIZER, NORTH)
    assert scan["expire_at"] is None
    driver.agrees()


def test_the_code_is_in_no_document_and_no_line_of_the_log(driver: Driver, capfd: pytest.CaptureFixture[str]) -> None:
    there = shown(driver)
    foreign = there.token[:-3] + "AAA"
    capfd.readouterr()
    there.at(driver)
    there.at(driver)
    driver.scan_ticket(there.event, foreign)
    written = "".join(capfd.readouterr()) + repr(driver.everything())
    for token in (there.token, foreign):
        assert not [part for part in (token, *token.split(".")[1:]) if part in written]
    # Control: a hash of it is kept, by which a repetition is known.
    assert hashlib.sha256(there.token.encode()).hexdigest() in written
    assert there.ticket in written


def test_a_failed_scan_is_kept_for_ninety_days_and_changes_no_ticket(driver: Driver) -> None:
    there, now = shown(driver), driver.freeze()
    before = snapshot(driver.db)
    assert result(driver.scan_ticket(there.event, "no code at all", "scan-a")) == "invalid"
    assert changed(before, snapshot(driver.db)) == ["event_scans/scan-a"]
    scan = driver.document("event_scans/scan-a")
    assert (scan["result"], scan["ticket_id"], scan["entry"]) == ("invalid", None, None)
    assert scan["expire_at"] == now + timedelta(days=90)


# Every result.


def enters(driver: Driver) -> Shown:
    return shown(driver)


def is_in_already(driver: Driver) -> Shown:
    there = shown(driver)
    assert result(there.at(driver)) == "ok"
    return there


def is_signed_by_nobody(driver: Driver) -> Shown:
    there = shown(driver)
    there.token = there.token.rpartition(".")[0] + "." + "A" * 86
    return there


def is_of_a_ticket_that_is_gone(driver: Driver) -> Shown:
    there = shown(driver)
    driver.db.document(f"event_tickets/{there.ticket}").delete()
    return there


def is_for_another_event(driver: Driver) -> Shown:
    there = shown(driver)
    there.event = driver.published(price=0)
    return there


def stands_at_another_gate(driver: Driver) -> Shown:
    tiers = [{"tier": "ga", "name": "自由席", "price": 0, "size": 20, "gates": [NORTH]}]
    there = shown(driver, tiers=tiers)
    there.more = {"gate": SOUTH}
    return there


def comes_too_early(driver: Driver) -> Shown:
    return shown(driver, doors_open_at=(driver.now() + timedelta(hours=1)).isoformat())


def was_cancelled(driver: Driver) -> Shown:
    there = shown(driver)
    driver.cancel_ticket(there.ordered)
    return there


def is_for_an_event_that_was_just_called_off(driver: Driver) -> Shown:
    """Its ticket is not ended yet; the instance reads the event anew, as it does each minute."""
    from common import cache

    there = shown(driver)
    driver.cancel_event(there.event)
    assert ticket_of(driver, there)["status"] == "valid"
    cache.forget()
    return there


def was_never_paid(driver: Driver) -> Shown:
    """The bank took the hold back before it was captured."""
    event = driver.published()
    ordered = driver.sheet_paid(event)
    driver.lose_call("drop_before", ".*/capture")
    driver.confirm_order(ordered)
    there = Shown(event, ordered, driver.ticket_code(ordered), {})
    driver.simulator.clear_faults()
    driver.simulator.dashboard_cancel(ordered.payment)
    driver.deliver(*driver.order_events(ordered))
    return there


def is_disputed(driver: Driver) -> Shown:
    ordered = driver.places_bought(driver.published())
    there = Shown(ordered.event, ordered, driver.ticket_code(ordered), {})
    driver.simulator.dispute(ordered.payment)
    driver.deliver(*driver.order_events(ordered))
    return there


def was_handed_on(driver: Driver) -> Shown:
    there = shown(driver)
    driver.db.document(f"event_tickets/{there.ticket}").update({"generation": 2, "holder_id": "other"})
    return there


STORIES: dict[str, tuple[Callable[[Driver], Shown], ...]] = {
    "ok": (enters,),
    "already_used": (is_in_already,),
    "invalid": (is_signed_by_nobody, is_of_a_ticket_that_is_gone),
    "wrong_event": (is_for_another_event,),
    "wrong_gate": (stands_at_another_gate,),
    "wrong_time": (comes_too_early,),
    "cancelled": (was_cancelled, is_for_an_event_that_was_just_called_off),
    "unpaid": (was_never_paid,),
    "blocked": (is_disputed,),
    "transferred": (was_handed_on,),
}
EACH = [(said, story) for said, stories in STORIES.items() for story in stories]


def test_every_result_has_its_story() -> None:
    assert set(STORIES) == set(Result)


@pytest.mark.parametrize(("said", "story"), EACH, ids=lambda each: getattr(each, "__name__", str(each)))
def test_each_is_told_why_and_leaves_no_entry_but_the_first(
    driver: Driver, said: str, story: Callable[[Driver], Shown]
) -> None:
    there = story(driver)
    before = entries(driver)
    answer = there.at(driver, scan_id="scan-z")
    assert result(answer) == said
    assert len(entries(driver)) == len(before) + (said == "ok")
    known = said not in ("invalid", "wrong_event")
    assert (answer["ticket_id"] == there.ticket) is known
    assert (answer["seat_number"] is not None) is known
    assert driver.document("event_scans/scan-z")["result"] == said
    if story not in (is_of_a_ticket_that_is_gone, was_handed_on):
        driver.agrees()


def test_who_is_in_already_is_told_since_when(driver: Driver) -> None:
    there, entered = shown(driver), driver.freeze()
    there.at(driver)
    driver.advance(HOUR)
    answer = there.at(driver)
    assert result(answer) == "already_used"
    assert abs(datetime.fromisoformat(answer["entered_at"]) - entered) < timedelta(milliseconds=1)


# Gates and times.

TIERS = [
    {"tier": "ga", "name": "自由席", "price": 0, "size": 20},
    {"tier": "vip", "name": "特別席", "price": 0, "size": 20, "gates": [NORTH]},
]
GATES = [
    # The staff's gates, the gate they name, and what a free seat and a VIP hear.
    ([], None, "ok", "ok"),
    ([], NORTH, "ok", "ok"),
    ([], SOUTH, "ok", "wrong_gate"),
    ([NORTH], None, "ok", "ok"),
    ([SOUTH], None, "ok", "wrong_gate"),
    ([SOUTH], NORTH, "wrong_gate", "wrong_gate"),
    ([NORTH, SOUTH], None, "wrong_gate", "wrong_gate"),
    ([NORTH, SOUTH], NORTH, "ok", "ok"),
    ([NORTH, SOUTH], SOUTH, "ok", "wrong_gate"),
]


@pytest.mark.parametrize(("gates", "named", "free", "vip"), GATES, ids=str)
def test_staff_let_in_at_their_gates_whom_the_tier_lets_in_there(
    driver: Driver, gates: list[str], named: str | None, free: str, vip: str
) -> None:
    event = driver.published(tiers=TIERS)
    driver.set_staff(event, **{"door-1": {"gates": gates}})
    for tier, said in (("ga", free), ("vip", vip)):
        ordered = driver.places_taken(event, "fan", tier=tier)
        token = driver.ticket_code(ordered)
        assert result(driver.scan_ticket(event, token, uid="door-1", gate=named)) == said, tier
    if named is None and len(gates) == 1:
        assert {entry["gate"] for entry in entries(driver)} == set(gates)


def test_the_gates_of_a_tier_are_shown_and_can_be_changed_while_it_is_on_sale(driver: Driver) -> None:
    event = driver.published(tiers=TIERS)
    tiers = {tier["tier"]: tier["gates"] for tier in driver.event_details(event)["tiers"]}
    assert tiers == {"ga": [], "vip": [NORTH]}
    answer = driver.update_event(event, tiers=[{**TIERS[0], "gates": [SOUTH]}])
    assert [tier["gates"] for tier in answer["tiers"]] == [[SOUTH], [NORTH]]
    answer = driver.update_event(event, tiers=[{**TIERS[1], "gates": []}, {**TIERS[0]}])
    assert [tier["gates"] for tier in answer["tiers"]] == [[SOUTH], []]


@pytest.mark.parametrize(
    ("times", "seconds", "said"),
    [
        ({"doors_open_at": -HOUR}, -HOUR - 1, "wrong_time"),
        ({"doors_open_at": -HOUR}, -HOUR, "ok"),
        ({"ends_at": HOUR}, HOUR - 1, "ok"),
        ({"ends_at": HOUR}, HOUR, "wrong_time"),
        ({}, -10 * DAY, "ok"),
        ({}, DAY - 1, "ok"),
        ({}, DAY, "wrong_time"),
    ],
    ids=str,
)
def test_the_doors_open_and_close_at_their_very_second(
    driver: Driver, times: dict[str, int], seconds: int, said: str
) -> None:
    begins = driver.now().replace(microsecond=0) + timedelta(days=30)
    fields = {name: (begins + timedelta(seconds=after)).isoformat() for name, after in times.items()}
    there = shown(driver, event_date=begins.isoformat(), **fields)
    driver.freeze(begins, seconds)
    assert result(there.at(driver)) == said


# Who stands at the door.


@pytest.mark.parametrize("role", ["owner", "manager", "door"])
def test_members_of_the_organiser_may_stand_at_every_door(driver: Driver, role: str) -> None:
    there = shown(driver)
    driver.db.document("organizers/org-1").update({"members.somebody": role})
    from common import cache

    cache.forget()
    assert result(there.at(driver, uid="somebody")) == "ok"


def test_strangers_buyers_finance_and_staff_of_other_events_may_not(driver: Driver) -> None:
    there, other = shown(driver), driver.published(price=0)
    driver.set_staff(other, elsewhere={"gates": []})
    driver.db.document("organizers/org-1").update({"members.finance": "finance"})
    before = snapshot(driver.db)
    for uid in ("stranger", there.ordered.buyer, "finance", "elsewhere", "staff-1"):
        with refused("PERMISSION_DENIED"):
            there.at(driver, uid=uid)
    assert changed(before, snapshot(driver.db)) == []
    with refused("EVENT_NOT_FOUND"):
        driver.scan_ticket("ev-unheard-of", there.token)


def test_staff_may_until_the_second_that_was_said_and_not_after_it(driver: Driver) -> None:
    there, now = shown(driver), driver.freeze(driver.now().replace(microsecond=0), 1)
    driver.set_staff(there.event, **{"door-1": {"gates": [], "until": (now + timedelta(seconds=30)).isoformat()}})
    assert result(there.at(driver, uid="door-1")) == "ok"
    driver.advance(29)
    assert result(there.at(driver, uid="door-1")) == "already_used"
    driver.advance(1)
    # What the instance remembers of the staff is not a minute old.
    with refused("PERMISSION_DENIED"):
        there.at(driver, uid="door-1")


def test_staff_who_are_taken_off_the_list_are_refused_within_a_minute(driver: Driver) -> None:
    there = shown(driver)
    driver.set_staff(there.event, **{"door-1": {"gates": []}})
    driver.freeze()
    assert result(there.at(driver, uid="door-1")) == "ok"
    driver.call("setEventStaff", {"event_id": there.event, "uids": {}}, ORGANIZER)
    driver.advance(59)
    assert result(there.at(driver, uid="door-1")) == "already_used"
    driver.advance(1)
    with refused("PERMISSION_DENIED"):
        there.at(driver, uid="door-1")


# In and out again.


def test_where_one_may_come_back_one_leaves_and_enters_again(driver: Driver) -> None:
    there = shown(driver, reentry=True)
    said = [result(there.at(driver, direction=way)) for way in ("entry", "entry", "exit", "entry", "entry")]
    assert said == ["ok", "already_used", "ok", "ok", "already_used"]
    assert [entry["direction"] for entry in entries(driver)] == ["entry", "exit", "entry"]
    assert ticket_of(driver, there)["entries"] == 3
    driver.agrees()


def test_where_one_may_not_who_left_stays_out(driver: Driver) -> None:
    there = shown(driver)
    assert [result(there.at(driver, direction=way)) for way in ("entry", "exit", "entry")] == [
        "ok", "ok", "already_used"
    ]  # fmt: skip
    assert ticket_of(driver, there)["inside"] is False
    driver.agrees()


def test_one_may_leave_at_any_gate_and_after_the_end(driver: Driver) -> None:
    tiers = [{"tier": "ga", "name": "自由席", "price": 0, "size": 20, "gates": [NORTH]}]
    there = shown(driver, tiers=tiers)
    assert result(there.at(driver, gate=NORTH)) == "ok"
    driver.advance(40 * DAY)
    assert result(there.at(driver, gate=SOUTH)) == "wrong_gate"
    assert result(there.at(driver, gate=SOUTH, direction="exit")) == "ok"


# By hand.


def test_who_was_looked_up_is_let_in_by_hand_under_the_same_rules(driver: Driver) -> None:
    there = shown(driver)
    assert result(driver.let_in_by_hand(there.event, there.ticket)) == "ok"
    assert result(driver.let_in_by_hand(there.event, there.ticket)) == "already_used"
    assert result(there.at(driver)) == "already_used"
    driver.agrees()


def test_of_another_events_ticket_nothing_is_told(driver: Driver) -> None:
    there, other = shown(driver), driver.published(price=0)
    answer = driver.let_in_by_hand(other, there.ticket, "scan-a")
    assert result(answer) == "wrong_event"
    told = {name: answer[name] for name in ("ticket_id", "tier", "seat_number", "holder_name", "entered_at")}
    assert set(told.values()) == {None}
    assert driver.document("event_scans/scan-a")["ticket_id"] is None


def test_a_code_or_a_ticket_and_not_both(driver: Driver) -> None:
    there = shown(driver)
    for data in ({}, {"token": there.token, "ticket_id": there.ticket}, {"token": ""}):
        with refused("INVALID_ARGUMENT"):
            driver.call("validateTicket", {"event_id": there.event, "scan_id": "scan-a", **data}, ORGANIZER)


# Repeated scans.


@pytest.mark.parametrize("story", [enters, is_in_already, is_signed_by_nobody, was_cancelled])
def test_a_repeated_scan_gets_the_first_answer_and_writes_nothing(
    driver: Driver, story: Callable[[Driver], Shown]
) -> None:
    there = story(driver)
    first = there.at(driver, scan_id="scan-z")
    before = snapshot(driver.db)
    driver.advance(HOUR)
    assert there.at(driver, scan_id="scan-z") == first
    assert changed(before, snapshot(driver.db)) == []


def test_something_else_under_a_scans_id_is_refused(driver: Driver) -> None:
    there, other = shown(driver), shown(driver)
    there.at(driver, scan_id="scan-a")
    before = snapshot(driver.db)
    attempts: list[Callable[[], object]] = [
        lambda: driver.scan_ticket(there.event, other.token, "scan-a"),
        lambda: driver.let_in_by_hand(there.event, there.ticket, "scan-a"),
        lambda: there.at(driver, scan_id="scan-a", direction="exit"),
        lambda: driver.scan_ticket(other.event, there.token, "scan-a"),
    ]
    for attempt in attempts:
        with refused("SCAN_ID_USED"):
            attempt()
    assert changed(before, snapshot(driver.db)) == []


# At once with something else.


def test_a_ticket_that_is_cancelled_in_the_middle_of_a_scan_lets_nobody_in(
    driver: Driver, round_trips: RoundTrips
) -> None:
    there = shown(driver)
    with round_trips.interrupted(Named("firestore commit", "before"), lambda: driver.cancel_ticket(there.ordered)):
        assert result(there.at(driver)) == "cancelled"
    assert entries(driver) == []
    driver.agrees()


def test_a_ticket_that_is_scanned_in_the_middle_of_its_cancellation_is_not_given_back(
    driver: Driver, round_trips: RoundTrips
) -> None:
    there = shown(driver)
    with (
        round_trips.interrupted(Named("firestore commit", "before"), lambda: there.at(driver)),
        refused("NOT_CANCELLABLE"),
    ):
        driver.cancel_ticket(there.ordered)
    assert ticket_of(driver, there)["status"] == "used"
    driver.agrees()


def test_an_event_that_is_cancelled_ends_used_tickets_too_and_their_entries_stay(driver: Driver) -> None:
    there = shown(driver)
    there.at(driver)
    before = ticket_of(driver, there)["door_changed_at"]
    driver.advance(HOUR)
    driver.cancel_event(there.event)
    driver.orders_settle()
    ticket = ticket_of(driver, there)
    assert (ticket["status"], ticket["inside"]) == ("cancelled", True)
    assert ticket["door_changed_at"] > before
    assert result(there.at(driver)) == "cancelled"
    driver.agrees()


def test_a_dispute_blocks_at_the_door_until_it_is_won(driver: Driver) -> None:
    there = is_disputed(driver)
    blocked_at = ticket_of(driver, there)["door_changed_at"]
    assert result(there.at(driver)) == "blocked"
    (dispute,) = driver.simulator.disputes()
    driver.simulator.move_dispute(dispute["id"], "won")
    driver.deliver(*driver.order_events(there.ordered))
    assert ticket_of(driver, there)["door_changed_at"] > blocked_at
    assert result(there.at(driver)) == "ok"
    driver.agrees()


# Keys.


def test_keys_are_rotated_without_refusing_a_printed_ticket_as_long_as_the_old_one_is_kept(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = local.TICKET_KEYS, {"new": base64.b64encode(b"n" * 32).decode()}
    there = shown(driver)
    tokens = {}
    for name, keys in {"old": old, "both": old | new, "new first": new | old}.items():
        monkeypatch.setenv("TICKET_KEYS", json.dumps(keys))
        tokens[name] = driver.ticket_code(there.ordered)
    assert tokens["old"] == tokens["both"] != tokens["new first"]
    monkeypatch.setenv("TICKET_KEYS", json.dumps(new | old))
    assert result(there.at(driver)) == "ok"
    assert result(driver.scan_ticket(there.event, tokens["new first"])) == "already_used"
    monkeypatch.setenv("TICKET_KEYS", json.dumps(new))
    assert result(there.at(driver)) == "invalid"
    assert result(driver.scan_ticket(there.event, tokens["new first"])) == "already_used"


@pytest.mark.parametrize("length", [33, 64])
def test_a_key_of_another_length_is_not_used_and_that_is_reported(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], length: int
) -> None:
    there = shown(driver)
    key = base64.b64encode(bytes(range(length))).decode()
    monkeypatch.setenv("TICKET_KEYS", json.dumps(local.TICKET_KEYS | {"long": key}))
    capfd.readouterr()
    with refused("NOT_CONFIGURED"):
        there.at(driver)
    with refused("NOT_CONFIGURED"):
        driver.ticket_qr(there.ordered)
    written = "".join(capfd.readouterr())
    assert '"ticket keys unusable"' in written
    assert key not in written
