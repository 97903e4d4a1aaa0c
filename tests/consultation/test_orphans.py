"""What is left when a ticket was deleted by hand: a lock, a chat room, a line of history, in the way of the next."""

from __future__ import annotations

import pytest

from tests.support.calls import refused
from tests.support.clock import HOUR, MINUTE
from tests.support.driver import Driver

LOCK = "ticket_locks/buyer__imecon-1"


@pytest.mark.parametrize("status", ["pending_payment", "authorized", "used", "active"])
def test_buying_rebuilds_a_deleted_ticket_whose_payment_is_known(
    driver: Driver, status: str, capsys: pytest.CaptureFixture[str]
) -> None:
    consultation = driver.brought_to(status)
    driver.db.document(f"tickets/{consultation.ticket}").delete()
    answer = driver.purchase()
    assert (answer["ticket_id"], answer["status"]) == (consultation.ticket, status)
    assert '"lock_without_ticket"' in capsys.readouterr().err
    driver.agrees()


def test_a_lock_of_which_nothing_is_known_is_released(driver: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    driver.db.document(LOCK).set({"ticket_id": "buyer.0123456789abcdef01234567"})
    assert driver.purchase()["status"] == "pending_payment"
    assert '"lock_without_ticket"' in capsys.readouterr().err
    driver.agrees()


@pytest.mark.parametrize("lock", [{}, {"ticket_id": None}, {"ticket_id": "a/b"}, {"ticket_id": 5}])
def test_a_lock_that_names_nothing_is_released(driver: Driver, lock: dict[str, object]) -> None:
    driver.db.document(LOCK).set(lock)
    assert driver.purchase()["status"] == "pending_payment"
    driver.agrees()


def test_a_deleted_perk_ticket_makes_way_and_its_room_is_closed(driver: Driver) -> None:
    consultation = driver.perk()
    driver.db.document(f"tickets/{consultation.ticket}").delete()
    assert driver.purchase()["status"] == "pending_payment"
    assert driver.room(consultation)["status"] == "cancelled"


def test_a_line_of_history_in_the_way_is_reported_and_the_session_captured_once_it_is_gone(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    consultation = driver.active()
    line = f"tickets/{consultation.ticket}/history/{driver.ticket(consultation)['version'] + 1}"
    driver.db.document(line).set({"left": "over"})
    with refused("BUSY"):
        driver.end(consultation)
    said = capsys.readouterr().err
    assert '"write blocked"' in said
    assert line in said
    driver.advance(31 * MINUTE)
    for _ in range(3):
        driver.sweep_sessions()
        driver.advance(HOUR)
    assert driver.ticket(consultation)["tries"] == 3
    assert '"sweep_stuck"' in capsys.readouterr().err
    driver.db.document(line).delete()
    driver.sweep_sessions()
    assert driver.stripe_status(consultation) == "succeeded"
    driver.agrees()
