"""Guessing: ten wrong codes in fifteen minutes, counted per user even when they come all at once."""

from __future__ import annotations

from common.errors import CallReason
from consultation.reasons import ConsultationReason
from tests.integration.shop import Shop, refused
from tests.support.concurrency import at_once, refusals

WRONG = "0000-0000-0000"
MINUTE = 60


def wrong(shop: Shop, uid: str = "buyer", times: int = 1) -> None:
    for _ in range(times):
        with refused(ConsultationReason.CODE_INVALID):
            shop.redeem_code(WRONG, uid)


def test_after_ten_wrong_codes_even_the_right_one_waits(shop: Shop) -> None:
    deal = shop.held()
    wrong(shop, times=10)
    for code in (WRONG, deal.code):
        with refused(ConsultationReason.TOO_MANY_ATTEMPTS):
            shop.redeem_code(code, deal.uid)
    assert shop.count("chat_rooms") == 0
    shop.travel.advance(15 * MINUTE + 1)
    assert shop.redeem(deal)["status"] == "pending"
    shop.agrees()


def test_nine_wrong_codes_do_not_keep_a_buyer_out(shop: Shop) -> None:
    deal = shop.held()
    wrong(shop, times=9)
    assert shop.redeem(deal)["status"] == "pending"
    shop.agrees()


def test_the_window_slides(shop: Shop) -> None:
    wrong(shop, times=5)
    shop.travel.advance(10 * MINUTE)
    wrong(shop, times=5)
    with refused(ConsultationReason.TOO_MANY_ATTEMPTS):
        shop.redeem_code(WRONG, "buyer")
    shop.travel.advance(5 * MINUTE + 1)
    wrong(shop, times=5)
    with refused(ConsultationReason.TOO_MANY_ATTEMPTS):
        shop.redeem_code(WRONG, "buyer")


def test_other_users_are_not_affected(shop: Shop) -> None:
    deal = shop.held("honest")
    wrong(shop, "guesser", times=10)
    with refused(ConsultationReason.TOO_MANY_ATTEMPTS):
        shop.redeem_code(deal.code, "guesser")
    assert shop.redeem(deal)["status"] == "pending"
    shop.agrees()


def test_what_cannot_be_a_code_counts_and_so_does_somebody_elses(shop: Shop) -> None:
    deal = shop.held("honest")
    for code in ("x", "????", deal.code, "あいうえお") * 2:
        with refused(ConsultationReason.CODE_INVALID):
            shop.redeem_code(code, "guesser")
    wrong(shop, "guesser", times=2)
    with refused(ConsultationReason.TOO_MANY_ATTEMPTS):
        shop.redeem_code(WRONG, "guesser")
    shop.agrees()


def test_a_refusal_of_ones_own_code_is_not_a_wrong_code(shop: Shop) -> None:
    deal = shop.used()
    for _ in range(12):
        with refused(ConsultationReason.TICKET_ALREADY_USED):
            shop.redeem(deal)
    wrong(shop)


def test_thirty_guesses_at_once_are_not_more_than_ten(shop: Shop) -> None:
    answers = at_once([lambda: shop.redeem_code(WRONG, "buyer")] * 30)
    reasons = refusals(answers)
    told = reasons.count(ConsultationReason.CODE_INVALID.name)
    assert told <= 10
    # A guess may give up under contention; it has then learned nothing.
    assert set(reasons) <= {
        ConsultationReason.CODE_INVALID.name,
        ConsultationReason.TOO_MANY_ATTEMPTS.name,
        CallReason.BUSY.name,
    }
    assert len(reasons) == 30
    wrong(shop, times=10 - told)
    with refused(ConsultationReason.TOO_MANY_ATTEMPTS):
        shop.redeem_code(WRONG, "buyer")
