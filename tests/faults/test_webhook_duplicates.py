"""Stripe delivers everything many times, in any order and from many senders at once: the end is the same.

``KIPPU_SOAK=1`` sends 4,000 deliveries of 80 payments, otherwise a part of both.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from devkit.emulator import Emulator
from tests.support.calls import Json
from tests.support.driver import Driver
from tests.support.stripe_side import HOLD_PLACED

from .report import Report
from .stripe_outcomes import OUTCOMES, buy_with_every_outcome, records_by_buyer

SOAK = os.environ.get("KIPPU_SOAK") == "1"
PAYMENTS, DELIVERIES = (80, 4_000) if SOAK else (20, 400)
SENDERS = 8
COPIES = 3
HEADING = "webhook duplicates"


@pytest.mark.timeout(1800)
def test_shuffled_duplicates_end_as_events_in_order_do(driver: Driver, emulator: Emulator, report: Report) -> None:
    buy_with_every_outcome(driver, PAYMENTS)
    for event in driver.events():
        assert driver.deliver(event) == 200
    in_order = records_by_buyer(driver)
    assert driver.problems() == []
    assert len({str(sorted(end.items())) for end in in_order.values()}) >= len(OUTCOMES) - 3, "too few different ends"

    driver.start_over(emulator)
    buy_with_every_outcome(driver, PAYMENTS)
    rounds = _rounds(driver.events())
    with ThreadPoolExecutor(SENDERS) as senders:
        answers = Counter(answer for events in rounds for answer in senders.map(driver.deliver, events))
    assert set(answers) == {200}, answers
    assert driver.problems() == []
    assert records_by_buyer(driver) == in_order
    sent = answers.total()
    report.add(HEADING, f"{sent} deliveries of {PAYMENTS} payments by {SENDERS} senders: {dict(answers)}")


def test_one_event_delivered_by_all_senders_at_once_settles_once(driver: Driver) -> None:
    buy_with_every_outcome(driver, 1)
    (event,) = driver.events(None, HOLD_PLACED)
    with ThreadPoolExecutor(SENDERS) as senders:
        answers = list(senders.map(driver.deliver, [event] * 4 * SENDERS))
    assert answers == [200] * 4 * SENDERS
    assert driver.count("stripe_events") == 1
    assert driver.count("ticket_codes") == 1
    assert driver.problems() == []


def _rounds(events: list[Json]) -> list[list[Json]]:
    """Every event about three times, shuffled; again and again until there are enough deliveries."""
    shuffle = random.Random(3)
    rounds: list[list[Json]] = []
    while sum(map(len, rounds)) < DELIVERIES:
        copies = [event for event in events for _ in range(shuffle.randint(1, 2 * COPIES - 1))]
        shuffle.shuffle(copies)
        rounds.append(copies)
    return rounds
