"""A perk code for a consultant with whom something is unfinished: what is unpaid or over makes way, a hold does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from consultation import perk
from tests.support.calls import refused
from tests.support.clock import HOUR, MINUTE
from tests.support.consultations import Consultation
from tests.support.driver import Driver


def use(driver: Driver, code: str) -> Consultation:
    consultation = Consultation("buyer", code=code)
    assert driver.redeem(consultation, imecon_id="imecon-1")["status"] == "pending"
    return consultation


def test_a_closed_payment_sheet_does_not_block_a_perk_code(driver: Driver) -> None:
    code, unpaid = driver.perk_code(), driver.bought()
    given = use(driver, code)
    assert given.ticket != unpaid.ticket
    assert driver.stripe_status(unpaid) == "canceled"
    assert driver.ticket(unpaid)["cancel_reason"] == "abandoned"
    assert driver.ticket(given)["kind"] == "perk"
    driver.agrees()


def test_a_purchase_whose_payment_intent_is_unknown_makes_way_too(driver: Driver) -> None:
    code = driver.perk_code()
    driver.lose_call("drop_after", "/v1/payment_intents")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.purchase()
    use(driver, code)
    assert [sold["status"] for sold in driver.simulator.payment_intents()] == ["canceled"]
    driver.agrees()


def test_a_card_that_is_held_by_now_is_not_given_up(driver: Driver) -> None:
    code, paid = driver.perk_code(), driver.paid()
    with refused("CONSULTATION_IN_PROGRESS") as caught:
        driver.redeem_code(code, "buyer", imecon_id="imecon-1")
    assert caught.value.details["ticket_id"] == paid.ticket
    assert driver.ticket(paid)["status"] == "authorized"
    assert driver.document(f"ticket_codes/{code}")["redeemed_count"] == 0
    driver.agrees()


@pytest.mark.parametrize("status", ["authorized", "used", "active"])
def test_what_is_in_progress_stays(driver: Driver, status: str) -> None:
    code, live = driver.perk_code(), driver.brought_to(status)
    with refused("CONSULTATION_IN_PROGRESS"):
        driver.redeem_code(code, "buyer", imecon_id="imecon-1")
    assert driver.ticket(live)["status"] == status
    driver.agrees()


def over_time(status: str, wait: int) -> Callable[[Driver], Consultation]:
    def prepare(driver: Driver) -> Consultation:
        consultation = driver.brought_to(status)
        driver.advance(wait)
        return consultation

    return prepare


def perk_over_time(driver: Driver) -> Consultation:
    consultation = driver.perk()
    driver.advance(72 * HOUR + 5)
    return consultation


def perk_session_over_time(driver: Driver) -> Consultation:
    consultation = driver.perk()
    driver.answer(consultation)
    driver.advance(31 * MINUTE)
    return consultation


OVER: dict[str, tuple[Callable[[Driver], Consultation], str]] = {
    "unpaid": (over_time("pending_payment", HOUR + 1), "cancelled"),
    "held": (over_time("authorized", 72 * HOUR + 5), "cancelled"),
    "redeemed": (over_time("used", 72 * HOUR + 5), "cancelled"),
    "a session": (over_time("active", 31 * MINUTE), "completed"),
    "a perk's": (perk_over_time, "cancelled"),
    "a perk's session": (perk_session_over_time, "completed"),
}


@pytest.mark.parametrize("name", OVER)
def test_what_is_past_its_deadline_is_finished_first(driver: Driver, name: str) -> None:
    code = driver.perk_code()
    prepare, status = OVER[name]
    old = prepare(driver)
    given = use(driver, code)
    assert given.ticket != old.ticket
    assert driver.ticket(old)["status"] == status
    driver.agrees()


def test_without_making_way_a_closed_sheet_blocks(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(perk, "_make_way", lambda _: None)
    code = driver.perk_code()
    driver.bought()
    with refused("BUSY"):
        driver.redeem_code(code, "buyer", imecon_id="imecon-1")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_while_stripe_does_not_answer_the_code_stays_good(driver: Driver, method: str) -> None:
    code, unpaid = driver.perk_code(), driver.bought()
    driver.lose_call("drop_before", ".*", method)
    with refused("PAYMENT_UNAVAILABLE"):
        driver.redeem_code(code, "buyer", imecon_id="imecon-1")
    assert driver.document(f"ticket_codes/{code}")["redeemed_count"] == 0
    use(driver, code)
    assert driver.stripe_status(unpaid) == "canceled"
    driver.agrees()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda driver, _: driver.db.document("imecons/imecon-1").update({"active": False}), "IMECON_UNAVAILABLE"),
        (
            lambda driver, _: driver.db.document("ticket_types/dm_consultation").update({"amount": 1}),
            "TICKET_TYPE_UNAVAILABLE",
        ),
        (lambda driver, code: driver.redeem_code(code, "other", imecon_id="imecon-2"), "CODE_EXHAUSTED"),
    ],
)
def test_for_a_code_that_is_not_good_no_purchase_is_given_up(
    driver: Driver, spoil: Callable[[Driver, str], object], reason: str
) -> None:
    code, unpaid = driver.perk_code(), driver.bought()
    driver.advance(61)
    spoil(driver, code)
    with refused(reason):
        driver.redeem_code(code, "buyer", imecon_id="imecon-1")
    assert driver.stripe_status(unpaid) == "requires_payment_method"
    assert driver.ticket(unpaid)["status"] == "pending_payment"


def test_a_paid_code_of_the_same_buyer_is_not_affected(driver: Driver) -> None:
    held = driver.held()
    driver.bought(imecon="imecon-2")
    assert driver.redeem(held)["status"] == "pending"
    driver.agrees()
