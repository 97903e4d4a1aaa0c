"""Documents that outlived what they belong to, or show what is not true, are found from their own end and reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from google.cloud import firestore

from tests.support.clock import DAY
from tests.support.consultations import IMECON
from tests.support.driver import Driver
from tests.support.reports import kept, reconciled

Harm = Callable[[Driver], str]
"""Does the harm; gives the document that it was done to, whose fields a person puts back afterwards."""


@dataclass(frozen=True)
class Orphan:
    """One kind of harm, and what is said of it."""

    harm: Harm
    said: str

    def __str__(self) -> str:
        return self.harm.__name__


def _write(driver: Driver, path: str, fields: dict[str, Any]) -> str:
    driver.db.document(path).set(fields, merge=True)
    return path


def code_without_its_ticket(driver: Driver) -> str:
    gone = driver.db.document("tickets/buyer.gone")
    return _write(driver, "ticket_codes/AAAA-BBBB-CCCC", {"kind": "ticket", "ticket_ref": gone, "room": None})


def code_of_an_open_ticket_gone(driver: Driver) -> str:
    path = f"ticket_codes/{driver.held().code}"
    driver.db.document(path).delete()
    return path


def lock_without_a_ticket(driver: Driver) -> str:
    return _write(driver, f"ticket_locks/nobody__{IMECON}", {"ticket_id": "nobody.gone"})


def lock_of_an_open_ticket_gone(driver: Driver) -> str:
    driver.held()
    path = f"ticket_locks/buyer__{IMECON}"
    driver.db.document(path).delete()
    return path


def lock_left_by_an_ended_ticket(driver: Driver) -> str:
    ended = driver.ended()
    return _write(driver, f"ticket_locks/buyer__{IMECON}", {"ticket_id": ended.ticket})


def room_without_a_ticket(driver: Driver) -> str:
    gone = driver.db.document("tickets/buyer.gone")
    return _write(driver, "chat_rooms/buyer.gone", {"status": "pending", "ticket_ref": gone})


def room_that_says_something_else(driver: Driver) -> str:
    return _write(driver, f"chat_rooms/{driver.active().room_id}", {"status": "ended"})


def payment_without_a_ticket(driver: Driver) -> str:
    return _write(driver, "payment_intents/pi_gone", {"status": "created", "ticketId": "buyer.gone"})


def history_line_ahead(driver: Driver) -> str:
    held = driver.held()
    version = driver.ticket(held)["version"] + 1
    return _write(driver, f"tickets/{held.ticket}/history/{version}", {"from": "authorized", "to": "used"})


def request_left_over(driver: Driver) -> str:
    return _write(driver, f"users/{IMECON}/pending_consultations/buyer.gone", {"status": "used"})


def request_gone(driver: Driver) -> str:
    path = f"users/{IMECON}/pending_consultations/{driver.used().ticket}"
    driver.db.document(path).delete()
    return path


def perk_code_counted_wrongly(driver: Driver) -> str:
    code = driver.perk_code(max_redemptions=5)
    driver.perk(code=code)
    return _write(driver, f"ticket_codes/{code}", {"redeemed_count": 2})


def pending_ticket_left_over(driver: Driver) -> str:
    return _write(driver, "users/somebody", {"pending_ticket_ids": ["somebody.gone"], "has_pending_consultation": True})


def pending_ticket_missing(driver: Driver) -> str:
    driver.held()
    return _write(driver, "users/buyer", {"pending_ticket_ids": []})


def code_shown_left_over(driver: Driver) -> str:
    return _write(driver, "users/somebody", {"available_ticket_codes": ["AAAA-BBBB-CCCC"]})


def code_shown_missing(driver: Driver) -> str:
    driver.held()
    return _write(driver, "users/buyer", {"available_ticket_codes": []})


def flag_without_a_ticket(driver: Driver) -> str:
    return _write(driver, "users/somebody", {"has_pending_consultation": True})


def flag_missing(driver: Driver) -> str:
    driver.held()
    return _write(driver, "users/buyer", {"has_pending_consultation": False})


def consultants_request_left_over(driver: Driver) -> str:
    request = {"user_id": "nobody", "ticket_code": "AAAA-BBBB-CCCC"}
    return _write(driver, f"users/{IMECON}", {"dm_requests": firestore.ArrayUnion([request])})


def consultants_request_missing(driver: Driver) -> str:
    driver.held()
    return _write(driver, f"users/{IMECON}", {"dm_requests": []})


ORPHANS = (
    Orphan(code_without_its_ticket, "a code's ticket buyer.gone does not have it"),
    Orphan(code_of_an_open_ticket_gone, "its code is gone"),
    Orphan(lock_without_a_ticket, f"lock nobody__{IMECON}: holds nobody.gone, live is None"),
    Orphan(lock_of_an_open_ticket_gone, f"lock buyer__{IMECON}: holds None"),
    Orphan(lock_left_by_an_ended_ticket, "live is None"),
    Orphan(room_without_a_ticket, "room buyer.gone: its ticket does not have it"),
    Orphan(room_that_says_something_else, "ended, ticket"),
    Orphan(payment_without_a_ticket, "pi_gone: its ticket buyer.gone is gone"),
    Orphan(history_line_ahead, "history [1, 2, 3, 4] for version 3"),
    Orphan(request_left_over, f"pending_consultations of {IMECON}: buyer.gone is left over"),
    Orphan(request_gone, "is missing"),
    Orphan(perk_code_counted_wrongly, "2 counted, not as many used it"),
    Orphan(pending_ticket_left_over, "users/somebody: pending ['somebody.gone'], tickets []"),
    Orphan(pending_ticket_missing, "users/buyer: pending []"),
    Orphan(code_shown_left_over, "users/somebody: available_ticket_codes differ"),
    Orphan(code_shown_missing, "users/buyer: available_ticket_codes differ"),
    Orphan(flag_without_a_ticket, "users/somebody: has_pending_consultation is True"),
    Orphan(flag_missing, "users/buyer: has_pending_consultation is False"),
    Orphan(consultants_request_left_over, f"users/{IMECON}: dm_requests differ"),
    Orphan(consultants_request_missing, f"users/{IMECON}: dm_requests differ"),
)


@pytest.mark.parametrize("orphan", ORPHANS, ids=str)
def test_it_is_reported_until_somebody_puts_it_right(driver: Driver, orphan: Orphan) -> None:
    path = orphan.harm(driver)
    before = driver.document(path)
    for _ in range(2):
        report = reconciled(driver)
        assert any(orphan.said in line for line in report["differences"]), report["differences"]
        assert report["failed"] == 0
        driver.advance(1)
    # No rule says which of the two is right.
    assert driver.document(path) == before


def test_a_code_is_in_no_line_and_no_log(driver: Driver, capfd: pytest.CaptureFixture[str]) -> None:
    code = driver.db.document("ticket_codes/AAAA-BBBB-CCCC")
    code.set({"kind": "no such kind"})
    report = reconciled(driver)
    code_without_its_ticket(driver)
    driver.advance(1)
    report = {**report, **reconciled(driver)}
    assert "BBBB" not in "".join(capfd.readouterr()) + str(report)


def test_a_healthy_world_has_no_difference(driver: Driver) -> None:
    """The control: one of everything, and nothing is reported."""
    for number, status in enumerate(("pending_payment", "authorized", "used", "active", "completed")):
        driver.brought_to(status, f"buyer-{number}")
    driver.perk("guest")
    driver.cancel(driver.held("canceller"))
    driver.accept_points(driver.offered_points())
    driver.deliver_all()
    report = reconciled(driver)
    assert (report["differences"], report["failed"], report["complete"]) == ([], 0, True)
    assert {name: stage["complete"] for name, stage in report["stages"].items()} == dict.fromkeys(
        report["stages"], True
    )
    assert (report["intents"], report["tickets"]) == (6, 1)
    assert kept(driver) == []


def test_it_disappears_when_it_is_put_right(driver: Driver) -> None:
    path = pending_ticket_left_over(driver)
    driver.reconcile()
    assert kept(driver) == ["consultation.users.somebody"]
    driver.db.document(path).update({"pending_ticket_ids": [], "has_pending_consultation": False})
    driver.advance(DAY)
    assert reconciled(driver)["difference_count"] == 0
    assert kept(driver) == []
