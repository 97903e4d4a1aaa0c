"""Stripe delivers everything many times, in any order and from many senders at once: the end is the same.

``KIPPU_SOAK=1`` sends 10,000 deliveries of 200 payments, otherwise a slice of both.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from .fates import FATES, befall, outcome
from .report import Report
from .scene import Json, Scene

SOAK = os.environ.get("KIPPU_SOAK") == "1"
PAYMENTS, DELIVERIES = (200, 10_000) if SOAK else (20, 400)
SENDERS = 8
COPIES = 3
HEADING = "webhook flood"


@pytest.mark.timeout(1800)
def test_a_flood_of_shuffled_duplicates_ends_as_in_order(scene: Scene, report: Report) -> None:
    befall(scene, PAYMENTS)
    for event in scene.events():
        assert scene.deliver(event) == 200
    in_order = outcome(scene)
    assert scene.problems() == []
    assert len({str(sorted(end.items())) for end in in_order.values()}) >= len(FATES) - 3, "too few different ends"

    scene.renew()
    befall(scene, PAYMENTS)
    waves = _waves(scene.events())
    with ThreadPoolExecutor(SENDERS) as senders:
        answers = Counter(answer for wave in waves for answer in senders.map(scene.deliver, wave))
    assert set(answers) == {200}, answers
    assert scene.problems() == []
    assert outcome(scene) == in_order
    sent = answers.total()
    report.add(HEADING, f"{sent} deliveries of {PAYMENTS} payments by {SENDERS} senders: {dict(answers)}")


def test_one_event_delivered_by_all_senders_at_once_settles_once(scene: Scene) -> None:
    befall(scene, 1)
    (event,) = scene.events(kind="payment_intent.amount_capturable_updated")
    with ThreadPoolExecutor(SENDERS) as senders:
        answers = list(senders.map(scene.deliver, [event] * 4 * SENDERS))
    assert answers == [200] * 4 * SENDERS
    assert len(list(scene.db.collection("stripe_events").stream())) == 1
    assert len(list(scene.db.collection("ticket_codes").stream())) == 1
    assert scene.problems() == []


def _waves(events: list[Json]) -> list[list[Json]]:
    """Every event about three times, shuffled; again and again until there are enough deliveries."""
    shuffle = random.Random(3)
    waves: list[list[Json]] = []
    while sum(map(len, waves)) < DELIVERIES:
        copies = [event for event in events for _ in range(shuffle.randint(1, 2 * COPIES - 1))]
        shuffle.shuffle(copies)
        waves.append(copies)
    return waves
