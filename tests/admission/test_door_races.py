"""A ticket that is scanned at many gates at once lets one person in; the control shows what guards that."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from admission.door import keys, tokens
from admission.door.tokens import TicketCode, event_hash
from tests.support.concurrency import at_once
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions

TICKETS, GATES, DEVICES = 300, 4, 32


def issued(driver: Driver, count: int) -> tuple[str, list[str]]:
    """An event with so many free tickets, and their codes."""
    event = driver.published(places=count, price=0, max_per_person=100)
    kid, key = next(iter(keys.private_keys().items()))
    codes: list[str] = []
    for number in range(0, count, 10):
        size = min(10, count - number)
        ordered = driver.places_taken(event, f"fan-{number}", size)
        tickets = [TicketCode(f"{ordered.id}.{each}", 1, event_hash(event)) for each in range(size)]
        codes += [tokens.issue(ticket, kid, key) for ticket in tickets]
    return event, codes


def results(driver: Driver, event: str, codes: list[str], times: int) -> Counter[str]:
    """Each code at so many gates at once, by as many devices as one instance serves."""

    def scan(code: str) -> Any:
        return driver.scan_ticket(event, code)["result"]

    with ThreadPoolExecutor(DEVICES) as devices:
        return Counter(devices.map(scan, [code for code in codes for _ in range(times)]))


@pytest.mark.timeout(120)
def test_three_hundred_tickets_each_at_four_gates_at_once_are_three_hundred_entries(driver: Driver) -> None:
    event, codes = issued(driver, TICKETS)
    assert results(driver, event, codes, GATES) == {"ok": TICKETS, "already_used": TICKETS * (GATES - 1)}
    entries = [found.to_dict() or {} for found in driver.db.collection("event_entries").stream()]
    assert len(entries) == len({entry["ticket_id"] for entry in entries}) == TICKETS
    assert driver.count("event_scans") == TICKETS * GATES
    driver.agrees()


def test_control_without_compare_and_set_more_are_let_in(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    event, codes = issued(driver, 10)
    with monkeypatch.context() as patch:
        without_preconditions(patch)
        assert results(driver, event, codes, GATES)["ok"] > len(codes)


def test_one_scan_that_is_sent_eight_times_at_once_lets_in_once_and_is_answered_alike(driver: Driver) -> None:
    event, (code,) = issued(driver, 1)
    answers = at_once([partial(driver.scan_ticket, event, code, "scan-a")] * 8)
    assert {answer["result"] for answer in answers} == {"ok"}
    assert all(answer == answers[0] for answer in answers)
    assert driver.count("event_entries") == driver.count("event_scans") == 1
    driver.agrees()
