"""A history has one line a version, and what is wrong with one is said."""

from __future__ import annotations

from typing import Any

import pytest

from common import clock, documents, history
from common.documents import Doc, LostRace, Unit
from common.history import Change
from tests.support.driver import Driver


def begun(driver: Driver) -> Doc:
    """A document in its first version."""
    doc, unit = Doc.new(documents.ref("tickets", "u.1")), Unit()
    history.begin(unit, doc, {"status": "open"}, Change("begin", "u", clock.now()))
    unit.commit()
    return doc


def lines(driver: Driver) -> dict[int, dict[str, Any]]:
    found = driver.db.collection("tickets/u.1/history").stream()
    return {int(line.id): line.to_dict() or {} for line in found}


def test_each_change_is_the_next_version_and_one_more_line(driver: Driver) -> None:
    doc, unit = begun(driver), Unit()
    assert history.advance(unit, doc, {"status": "closed"}, Change("close", "u", clock.now(), "enough")) == 2
    unit.commit()
    written = lines(driver)
    assert [(line["from"], line["to"], line["event"]) for _, line in sorted(written.items())] == [
        (None, "open", "begin"),
        ("open", "closed", "close"),
    ]
    assert written[2]["reason"] == "enough"
    assert list(history.problems(2, "closed", written)) == []


def test_a_change_of_what_was_changed_meanwhile_writes_nothing(driver: Driver) -> None:
    doc = begun(driver)
    driver.db.document("tickets/u.1").update({"version": 7})
    unit = Unit()
    history.advance(unit, doc, {"status": "closed"}, Change("close", "u", clock.now()))
    with pytest.raises(LostRace):
        unit.commit()
    assert sorted(lines(driver)) == [1]


LINES = {1: {"from": None, "to": "open"}, 2: {"from": "open", "to": "closed"}}


@pytest.mark.parametrize(
    ("version", "status", "lines", "said"),
    [
        (3, "closed", LINES, "history [1, 2] for version 3"),
        (2, "open", LINES, "history ends in closed, status is open"),
        (2, "closed", {**LINES, 2: {"from": "shut", "to": "closed"}}, "history does not connect"),
        (1, "open", {2: LINES[2]}, "history [2] for version 1"),
    ],
)
def test_what_is_wrong_is_said(version: int, status: str, lines: dict[int, Any], said: str) -> None:
    assert list(history.problems(version, status, lines)) == [said]
