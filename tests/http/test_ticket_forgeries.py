"""A part of the forged codes, shown to the served door: none lets anybody in, and none is an error."""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from devkit import local
from tests.support.driver import Driver
from tests.support.ticket_forgeries import Forgery, Hall, forgeries, honest

EVERY = 4


def hall_of(driver: Driver) -> Hall:
    """An event with one ticket, as the served functions know it; of the keys the first is theirs."""
    ordered = driver.places_taken(driver.published(price=0))
    id_ = f"{ordered.id}.0"
    ticket = driver.document(f"event_tickets/{id_}")
    seeds = {kid: base64.b64decode(key) for kid, key in local.TICKET_KEYS.items()}
    return Hall(ordered.event, seeds, ("k0", hashlib.sha256(b"key 0").digest()), {id_: ticket}, driver.now())


def test_no_forged_code_is_let_in_by_the_served_door(clean: None, driver_over_http: Driver) -> None:
    driver = driver_over_http
    hall = hall_of(driver)
    # What another state of the ticket makes of a code is told elsewhere.
    shown = [each for each in forgeries(hall) if each.hall is hall and each.token][::EVERY]
    assert len(shown) > 150

    def said(each: Forgery) -> Any:
        return driver.scan_ticket(hall.event_id, each.token)["result"]

    with ThreadPoolExecutor(8) as phones:
        answers = list(phones.map(said, shown))
    assert [(each.kind, answer) for each, answer in zip(shown, answers, strict=True) if answer != each.result] == []
    assert driver.count("event_entries") == 0
    # Control: the honest code does.
    assert [said(each) for each in honest(hall)] == ["ok"]
