"""The rate at which a run with many requests asks Stripe. Time is counted here and nobody waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from payments import pace
from payments.pace import LONGEST_PAUSE_SECONDS, Pace
from tests.support.driver import Driver


class CountedTime:
    """Goes on only when the test says; keeps for how long it was asked to sleep."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> CountedTime:
    time = CountedTime()
    monkeypatch.setattr(pace, "time", time)
    return time


def test_requests_of_all_threads_are_evenly_spaced(time: CountedTime) -> None:
    at_20_a_second = Pace(20)
    with ThreadPoolExecutor(8) as threads:
        for _ in range(40):
            threads.submit(at_20_a_second.wait)
    assert sorted(time.slept) == [round(number / 20, 6) for number in range(40)]


def test_each_refusal_in_a_row_doubles_the_pause(time: CountedTime) -> None:
    refused = Pace(20)
    for _ in range(7):
        refused.back_off()
        refused.wait()
        time.now += time.slept[-1]
    assert time.slept[:3] == [0.5, 1.0, 2.0]
    assert time.slept[-2:] == [LONGEST_PAUSE_SECONDS] * 2


@pytest.mark.parametrize("schedule", ["voidExpiredAuthorizations", "endOverdueSessions", "reconcilePayments"])
def test_a_schedule_asks_stripe_twenty_times_a_second(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, schedule: str
) -> None:
    from entrypoints import reconcile
    from payments import sweeping

    rates: list[float] = []

    def noted(per_second: float) -> Pace:
        rates.append(per_second)
        return Pace(per_second)

    for module in (reconcile, sweeping):
        monkeypatch.setattr(module, "Pace", noted)
    driver.run(schedule)
    assert rates == [20]
