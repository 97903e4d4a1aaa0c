"""Calls that fail in a row are reported; one that fails among others is not."""

from __future__ import annotations

import json

import pytest

from common import failure_streak
from common.alerts import Alert
from common.failure_streak import FailureStreak

Capture = pytest.CaptureFixture[str]


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(failure_streak, "time", clock)
    return clock


def told(capsys: Capture) -> list[int]:
    """How many failures in a row were reported each time."""
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {line["message"] for line in lines} <= {Alert("calls unavailable")}
    return [line["failures"] for line in lines]


def fail(streak: FailureStreak, times: int) -> None:
    for _ in range(times):
        streak.failed()


def test_five_failures_in_a_row_are_reported_once(capsys: Capture) -> None:
    streak = FailureStreak()
    fail(streak, 4)
    assert told(capsys) == []
    fail(streak, 20)
    assert told(capsys) == [5]


def test_a_call_that_is_served_begins_the_count_again(capsys: Capture) -> None:
    streak = FailureStreak()
    for _ in range(10):
        fail(streak, 4)
        streak.ended()
    assert told(capsys) == []


def test_an_outage_that_lasts_is_reported_every_quarter_of_an_hour(clock: Clock, capsys: Capture) -> None:
    streak = FailureStreak()
    for _ in range(31):
        streak.failed()
        clock.now += 60
    assert told(capsys) == [5, 20]


def test_a_second_outage_right_after_the_first_is_part_of_it(clock: Clock, capsys: Capture) -> None:
    streak = FailureStreak()
    fail(streak, 5)
    streak.ended()
    fail(streak, 5)
    clock.now += 15 * 60
    fail(streak, 1)
    assert told(capsys) == [5, 6]


def test_functions_count_for_themselves(capsys: Capture) -> None:
    for streak in (FailureStreak(), FailureStreak()):
        fail(streak, 4)
    assert told(capsys) == []
