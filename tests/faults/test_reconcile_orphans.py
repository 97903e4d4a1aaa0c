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
from tests.support.points import CUSTOMER
from tests.support.reports import kept, reconciled, texts

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


def lists_left_over(driver: Driver) -> str:
    lists = {"pending_ticket_ids": ["somebody.gone"], "available_ticket_codes": [], "version": 1}
    return _write(driver, "consultation_lists/somebody", lists)


def lists_that_lack_a_ticket(driver: Driver) -> str:
    driver.held()
    return _write(driver, "consultation_lists/buyer", {"pending_ticket_ids": []})


def lists_of_no_kind(driver: Driver) -> str:
    driver.held()
    return _write(driver, "users/buyer", {"pending_ticket_ids": "buyer.1", "available_ticket_codes": None})


def lock_that_names_nothing(driver: Driver) -> str:
    return _write(driver, f"ticket_locks/nobody__{IMECON}", {"ticket_id": None})


def points_set_by_hand(driver: Driver) -> str:
    driver.earn()
    return _write(driver, f"users/{CUSTOMER}", {"availablePoints": 500_000})


def balance_set_by_hand(driver: Driver) -> str:
    driver.earn()
    return _write(driver, f"point_balances/{CUSTOMER}", {"availablePoints": 500_000})


def points_without_a_balance(driver: Driver) -> str:
    return _write(driver, "users/somebody", {"availablePoints": 500_000})


LEFT_TO_PEOPLE = (
    Orphan(code_without_its_ticket, "a code's ticket buyer.gone does not have it"),
    Orphan(code_of_an_open_ticket_gone, "its code is gone"),
    Orphan(lock_of_an_open_ticket_gone, f"lock buyer__{IMECON}: holds None"),
    Orphan(lock_left_by_an_ended_ticket, "live is None"),
    Orphan(room_without_a_ticket, "room buyer.gone: its ticket does not have it"),
    Orphan(room_that_says_something_else, "ended, ticket"),
    Orphan(payment_without_a_ticket, "pi_gone: its ticket buyer.gone is gone"),
    Orphan(history_line_ahead, "history [1, 2, 3, 4] for version 3"),
    Orphan(request_left_over, f"pending_consultations of {IMECON}: buyer.gone is left over"),
    Orphan(request_gone, "is missing"),
    Orphan(perk_code_counted_wrongly, "2 counted, not as many used it"),
    Orphan(balance_set_by_hand, f"point_balances/{CUSTOMER}: (500000, 12), entries sum to (12, 12)"),
    Orphan(points_without_a_balance, "users/somebody: shows (500000, 0, 0), has (0, 0, 0)"),
)
PUT_RIGHT = (
    Orphan(lock_without_a_ticket, f"lock nobody__{IMECON}: holds nobody.gone, live is None"),
    Orphan(lock_that_names_nothing, f"lock nobody__{IMECON}: holds no ticket"),
    Orphan(lists_left_over, "consultation_lists/somebody: pending ['somebody.gone'], tickets []"),
    Orphan(lists_that_lack_a_ticket, "consultation_lists/buyer: pending []"),
    Orphan(lists_of_no_kind, "users/buyer: pending buyer.1"),
    Orphan(pending_ticket_left_over, "users/somebody: pending ['somebody.gone'], tickets []"),
    Orphan(pending_ticket_missing, "users/buyer: pending []"),
    Orphan(code_shown_left_over, "users/somebody: available_ticket_codes differ"),
    Orphan(code_shown_missing, "users/buyer: available_ticket_codes differ"),
    Orphan(flag_without_a_ticket, "users/somebody: has_pending_consultation is True"),
    Orphan(flag_missing, "users/buyer: has_pending_consultation is False"),
    Orphan(consultants_request_left_over, f"users/{IMECON}: dm_requests differ"),
    Orphan(consultants_request_missing, f"users/{IMECON}: dm_requests differ"),
    Orphan(points_set_by_hand, f"users/{CUSTOMER}: shows (500000, 12, 1), has (12, 12, 1)"),
)


def _said(driver: Driver, orphan: Orphan) -> bool:
    report = reconciled(driver)
    assert (report["failed"], report["complete"]) == (0, True)
    driver.advance(1)
    return any(orphan.said in line for line in texts(report))


@pytest.mark.parametrize("orphan", LEFT_TO_PEOPLE, ids=str)
def test_what_no_rule_repairs_is_reported_until_somebody_puts_it_right(driver: Driver, orphan: Orphan) -> None:
    path = orphan.harm(driver)
    before = driver.document(path)
    assert [_said(driver, orphan) for _ in range(3)] == [True] * 3
    assert driver.document(path) == before


@pytest.mark.parametrize("orphan", PUT_RIGHT, ids=str)
def test_what_the_tickets_and_entries_tell_is_put_right_and_reported_once(driver: Driver, orphan: Orphan) -> None:
    path = orphan.harm(driver)
    before = driver.document(path)
    assert [_said(driver, orphan) for _ in range(3)] == [True, False, False]
    assert driver.document(path) != before
    assert kept(driver) == []
    driver.agrees()


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
    assert (texts(report), report["failed"], report["complete"]) == ([], 0, True)
    assert {name: stage["complete"] for name, stage in report["stages"].items()} == dict.fromkeys(
        report["stages"], True
    )
    assert (report["intents"], report["tickets"]) == (6, 1)
    assert kept(driver) == []


def test_it_disappears_when_it_is_put_right(driver: Driver) -> None:
    path = room_without_a_ticket(driver)
    driver.reconcile()
    assert kept(driver) == ["consultation.chat_rooms.buyer.gone"]
    driver.db.document(path).delete()
    driver.advance(DAY)
    assert reconciled(driver)["difference_count"] == 0
    assert kept(driver) == []


def test_what_cannot_be_shown_is_reported_until_there_is_room_for_it(driver: Driver) -> None:
    """A document that its owner has filled to the last byte."""
    driver.held()
    full = {"text": "x" * (1024 * 1024 - 100)}
    driver.db.document("users/buyer").set(full)
    for _ in range(2):
        report = reconciled(driver)
        assert any("users/buyer: pending" in line for line in texts(report))
        driver.advance(1)
    driver.db.document("users/buyer").set({"text": "x"})
    driver.reconcile()
    driver.advance(1)
    assert reconciled(driver)["difference_count"] == 0
    driver.agrees()
