"""Guessing: ten wrong codes in fifteen minutes, counted per user even when they come all at once."""

from __future__ import annotations

from tests.support.calls import refused
from tests.support.clock import MINUTE
from tests.support.concurrency import at_once, refusals
from tests.support.driver import Driver

WRONG = "0000-0000-0000"


def wrong(driver: Driver, uid: str = "buyer", times: int = 1) -> None:
    for _ in range(times):
        with refused("CODE_INVALID"):
            driver.redeem_code(WRONG, uid)


def test_after_ten_wrong_codes_even_the_right_one_waits(driver: Driver) -> None:
    consultation = driver.held()
    wrong(driver, times=10)
    for code in (WRONG, consultation.code):
        with refused("TOO_MANY_ATTEMPTS"):
            driver.redeem_code(code, consultation.buyer)
    assert driver.count("chat_rooms") == 0
    driver.advance(15 * MINUTE + 1)
    assert driver.redeem(consultation)["status"] == "pending"
    driver.agrees()


def test_nine_wrong_codes_do_not_keep_a_buyer_out(driver: Driver) -> None:
    consultation = driver.held()
    wrong(driver, times=9)
    assert driver.redeem(consultation)["status"] == "pending"
    driver.agrees()


def test_the_window_slides(driver: Driver) -> None:
    wrong(driver, times=5)
    driver.advance(10 * MINUTE)
    wrong(driver, times=5)
    with refused("TOO_MANY_ATTEMPTS"):
        driver.redeem_code(WRONG, "buyer")
    driver.advance(5 * MINUTE + 1)
    wrong(driver, times=5)
    with refused("TOO_MANY_ATTEMPTS"):
        driver.redeem_code(WRONG, "buyer")


def test_other_users_are_not_affected(driver: Driver) -> None:
    consultation = driver.held("honest")
    wrong(driver, "guesser", times=10)
    with refused("TOO_MANY_ATTEMPTS"):
        driver.redeem_code(consultation.code, "guesser")
    assert driver.redeem(consultation)["status"] == "pending"
    driver.agrees()


def test_what_cannot_be_a_code_counts_and_so_does_somebody_elses(driver: Driver) -> None:
    consultation = driver.held("honest")
    for code in ("x", "????", consultation.code, "あいうえお") * 2:
        with refused("CODE_INVALID"):
            driver.redeem_code(code, "guesser")
    wrong(driver, "guesser", times=2)
    with refused("TOO_MANY_ATTEMPTS"):
        driver.redeem_code(WRONG, "guesser")
    driver.agrees()


def test_a_refusal_of_ones_own_code_is_not_a_wrong_code(driver: Driver) -> None:
    consultation = driver.used()
    for _ in range(12):
        with refused("TICKET_ALREADY_USED"):
            driver.redeem(consultation)
    wrong(driver)


def test_thirty_guesses_at_once_are_not_more_than_ten(driver: Driver) -> None:
    answers = at_once([lambda: driver.redeem_code(WRONG, "buyer")] * 30)
    reasons = refusals(answers)
    told = reasons.count("CODE_INVALID")
    assert told <= 10
    # A guess may give up under contention; it has then learned nothing.
    assert set(reasons) <= {
        "CODE_INVALID",
        "TOO_MANY_ATTEMPTS",
        "BUSY",
    }
    assert len(reasons) == 30
    wrong(driver, times=10 - told)
    with refused("TOO_MANY_ATTEMPTS"):
        driver.redeem_code(WRONG, "buyer")
