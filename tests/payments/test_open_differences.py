"""What differs is kept until it is in order, and a note that a commit makes is never lost."""

from __future__ import annotations

import pytest

from common.documents import Unit
from payments import open_differences
from payments.open_differences import Subject
from tests.support.clock import DAY
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips

SUBJECT = Subject("consultation", "purchases", "buyer.1")
PATH = "reconciliation_differences/consultation.purchases.buyer.1"


def note() -> None:
    unit = Unit()
    open_differences.note(unit, SUBJECT.domain, SUBJECT.id)
    unit.commit()


def told(most: int) -> tuple[list[str], int]:
    differences, count = open_differences.told(most)
    return [difference["text"] for difference in differences], count


def test_what_is_kept_says_since_when_it_differs(driver: Driver) -> None:
    driver.freeze()
    open_differences.keep(SUBJECT, ["one"])
    began = driver.now()
    driver.advance(3 * DAY)
    open_differences.keep(SUBJECT, ["one", "other"])
    kept = driver.document(PATH)
    assert (kept["first_seen"], kept["last_seen"]) == (began, driver.now())
    assert told(200) == (["one", "other"], 2)


def test_a_note_is_looked_at_and_is_no_difference_yet(driver: Driver) -> None:
    note()
    (kept,) = open_differences.after("")
    assert open_differences.subject_of(kept) == SUBJECT
    assert told(200) == ([], 0)


def test_a_note_keeps_what_is_known_already(driver: Driver) -> None:
    open_differences.keep(SUBJECT, ["one"])
    note()
    assert told(200) == (["one"], 1)


@pytest.mark.parametrize("guarded", [True, False], ids=["", "without the guard"])
def test_a_note_made_while_a_run_finds_it_in_order_stays(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(Unit, "delete_as_read", lambda unit, doc: unit.delete_blindly(doc.ref))
    note()
    (kept,) = open_differences.after("")
    driver.advance(1)
    note()
    open_differences.resolved(kept)
    assert bool(driver.document(PATH)) is guarded


def test_what_is_in_order_is_removed(driver: Driver) -> None:
    open_differences.keep(SUBJECT, ["one"])
    (kept,) = open_differences.after("")
    open_differences.resolved(kept)
    assert driver.document(PATH) == {}


def test_the_first_lines_are_told_and_all_are_counted(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    from common import documents

    monkeypatch.setattr(documents, "AT_ONCE", 2)
    for number in range(5):
        open_differences.keep(Subject("consultation", "purchases", str(number)), [f"{number} a", f"{number} b"])
        driver.advance(1)
    assert told(3) == (["0 a", "0 b", "1 a"], 10)


def test_a_difference_and_its_incident_end_in_one_commit(driver: Driver, round_trips: RoundTrips) -> None:
    open_differences.keep(SUBJECT, ["one"])
    (kept,) = open_differences.after("")

    def dies() -> None:
        raise KeyboardInterrupt

    named = Named("firestore commit", "after")
    with pytest.raises(KeyboardInterrupt), round_trips.interrupted(named, dies, always=False):
        open_differences.resolved(kept)
    assert driver.document(PATH) == {}
    assert driver.incident(f"reconcile_differences.{SUBJECT.shown}")["status"] == "resolved"
