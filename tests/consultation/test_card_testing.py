"""Trying stolen cards: what a success cannot reset. Declines count, and so do holds that are cancelled again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime

import pytest

from common.documents import Doc, Unit
from common.limits import Limit
from consultation import card_testing
from devkit.stripe_sim.errors import ApiError
from payments.limits import STRIPE_CALLS
from tests.support.calls import reason_of, refused
from tests.support.clock import HOUR, MINUTE
from tests.support.concurrency import at_once
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.stripe_side import HOLD_PLACED

BAD = "pm_card_chargeDeclined"
FAILED = "payment_intent.payment_failed"


def declined(driver: Driver, consultation: Consultation, times: int = 1, card: str = BAD) -> None:
    """PaymentSheet tries a card; what Stripe tells of it has not come yet."""
    for _ in range(times):
        with contextlib.suppress(ApiError):
            driver.simulator.confirm(consultation.payment, card)


def deliver_declines(driver: Driver, consultation: Consultation) -> None:
    assert driver.deliver(*driver.events(consultation, FAILED)) == 200


def a_round(driver: Driver, declines: int, tell: bool) -> None:
    """Create, a few declined cards, a good one, and cancel."""
    consultation = driver.bought()
    declined(driver, consultation, declines)
    if tell:
        deliver_declines(driver, consultation)
    driver.simulator.confirm(consultation.payment)
    driver.confirm(consultation)
    driver.cancel(consultation)


def rounds(driver: Driver, declines: int = 3, tell: bool = False) -> int:
    """How many of 25 were possible."""
    for number in range(25):
        try:
            if reason_of(lambda: a_round(driver, declines, tell)) != "ok":
                return number
        except ApiError:
            # The PaymentIntent was canceled in the middle of it.
            return number
    return 25


@pytest.mark.parametrize(("tell", "most"), [(False, 10), (True, 4)])
def test_a_good_card_after_each_try_makes_no_room_for_more(driver: Driver, tell: bool, most: int) -> None:
    assert rounds(driver, tell=tell) <= most
    with refused("TOO_MANY_PURCHASES") as caught:
        driver.purchase()
    assert 0 < caught.value.details["retry_after_seconds"] <= HOUR
    driver.agrees()


def test_without_counting_again_and_declines_it_is_never_refused(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: every hold forgives its purchase, also one that was only there to be cancelled."""
    recent = Limit._recent
    monkeypatch.setattr(Limit, "count_again", lambda *_: None)
    monkeypatch.setattr(Limit, "_recent", lambda *args: [] if "forgiven" in args else recent(*args))
    monkeypatch.setattr(card_testing, "watch", lambda ticket, *_: ticket)
    assert rounds(driver, tell=True) == 25


@pytest.mark.parametrize("redeemed", [False, True])
def test_a_hold_that_its_buyer_cancels_counts(driver: Driver, redeemed: bool) -> None:
    *ten, eleventh = driver.more_consultants(11)
    for imecon in ten:
        driver.cancel(driver.used(imecon=imecon) if redeemed else driver.held(imecon=imecon))
    with refused("TOO_MANY_PURCHASES"):
        driver.purchase(imecon=eleventh)
    driver.advance(HOUR)
    driver.purchase(imecon=eleventh)


def declined_by_the_consultant(driver: Driver, consultation: Consultation) -> object:
    driver.redeem(consultation)
    return driver.answer(consultation, accept=False)


@pytest.mark.parametrize(
    "ended", [declined_by_the_consultant, lambda driver, consultation: driver.cancel(consultation, "consultant-0")]
)
def test_a_hold_that_others_end_does_not_count(driver: Driver, ended: Callable[[Driver, Consultation], object]) -> None:
    (imecon,) = driver.more_consultants(1)
    for _ in range(12):
        ended(driver, driver.held(imecon=imecon))
    driver.purchase(imecon=imecon)


def test_holds_that_stand_have_a_bound_of_their_own(driver: Driver) -> None:
    *thirty, last = driver.more_consultants(31)
    for imecon in thirty:
        driver.held(imecon=imecon)
    with refused("TOO_MANY_PURCHASES"):
        driver.purchase(imecon=last)
    driver.advance(HOUR)
    driver.purchase(imecon=last)


def test_a_tenth_declined_card_ends_the_purchase(driver: Driver) -> None:
    consultation = driver.bought()
    declined(driver, consultation, 9)
    deliver_declines(driver, consultation)
    assert driver.purchase()["client_secret"] == consultation.secret
    declined(driver, consultation, 1)
    deliver_declines(driver, consultation)
    assert driver.stripe_status(consultation) == "canceled"
    assert driver.ticket(consultation)["cancel_reason"] == "too_many_declines"
    with pytest.raises(ApiError):
        driver.simulator.confirm(consultation.payment, "pm_card_visa")
    for imecon in ("imecon-1", "imecon-2"):
        with refused("TOO_MANY_PURCHASES"):
            driver.purchase(imecon=imecon)
    driver.purchase("somebody-else")
    driver.advance(HOUR)
    assert driver.purchase()["client_secret"]
    driver.agrees()


def test_declines_on_several_purchases_count_together(driver: Driver) -> None:
    consultations = [driver.bought(imecon=imecon) for imecon in driver.more_consultants(5)]
    for consultation in consultations:
        declined(driver, consultation, 3)
        deliver_declines(driver, consultation)
    statuses = [driver.stripe_status(consultation) for consultation in consultations]
    assert statuses == ["requires_payment_method"] * 3 + ["canceled"] * 2
    # Whoever comes back to one of the first finds it given up as well.
    with refused("TOO_MANY_PURCHASES"):
        driver.purchase(imecon=consultations[0].imecon)
    assert driver.stripe_status(consultations[0]) == "canceled"


@pytest.mark.parametrize("ask", [Driver.confirm, Driver.order])
def test_the_buyers_own_calls_bring_declines_too(driver: Driver, ask: Callable[..., object]) -> None:
    consultation = driver.bought()
    for _ in range(10):
        declined(driver, consultation)
        reason_of(lambda: ask(driver, consultation))
    assert driver.stripe_status(consultation) == "canceled"
    assert reason_of(driver.purchase) == "TOO_MANY_PURCHASES"


def test_a_declined_card_counts_once_however_often_it_is_told(driver: Driver) -> None:
    consultation = driver.bought()
    declined(driver, consultation)
    for _ in range(12):
        deliver_declines(driver, consultation)
        driver.confirm(consultation)
        driver.purchase()
    assert len(driver.document("rate_limits/buyer.declines")["hits"]) == 1


def test_without_the_key_of_a_decline_it_would_count_each_time(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    counted = Limit.hit

    def without_its_key(limit: Limit, unit: Unit, doc: Doc, now: datetime, *, key: str | None = None) -> None:
        counted(limit, unit, doc, now)

    monkeypatch.setattr(Limit, "hit", without_its_key)
    consultation = driver.bought()
    declined(driver, consultation)
    for _ in range(3):
        driver.confirm(consultation)
    assert len(driver.document("rate_limits/buyer.declines")["hits"]) == 3


def test_declines_told_all_at_once_are_all_counted(driver: Driver) -> None:
    consultation = driver.bought()
    declined(driver, consultation, 9)
    events = driver.events(consultation, FAILED)
    answers = at_once([lambda event=event: driver.deliver(event) for event in events])  # type: ignore[misc]
    for event, status in zip(events, answers, strict=True):
        assert status == 200 or driver.deliver(event) == 200
    assert len(driver.document("rate_limits/buyer.declines")["hits"]) == 9


def test_failed_3d_secure_counts(driver: Driver) -> None:
    consultation = driver.bought()
    for _ in range(10):
        driver.simulator.confirm(consultation.payment, "pm_card_threeDSecure2Required")
        driver.simulator.authenticate(consultation.payment, "fail")
        deliver_declines(driver, consultation)
    assert driver.stripe_status(consultation) == "canceled"


def test_news_of_declines_after_a_good_card_leaves_the_hold_alone(driver: Driver) -> None:
    consultation = driver.bought()
    declined(driver, consultation, 12)
    driver.simulator.confirm(consultation.payment)
    for told in (FAILED, HOLD_PLACED):
        assert driver.deliver(*driver.events(consultation, told)) == 200
    assert driver.stripe_status(consultation) == "requires_capture"
    assert driver.ticket(consultation)["status"] == "authorized"
    driver.agrees()


def test_declines_that_are_told_an_hour_late_say_nothing_of_today(driver: Driver) -> None:
    consultation = driver.bought()
    declined(driver, consultation, 10)
    driver.advance(59 * MINUTE)
    driver.order(consultation)
    driver.advance(2 * MINUTE)
    deliver_declines(driver, consultation)
    assert driver.stripe_status(consultation) == "requires_payment_method"
    assert driver.purchase()["client_secret"] == consultation.secret


def test_while_stripe_does_not_answer_the_webhook_comes_again_and_ends_the_purchase_then(driver: Driver) -> None:
    consultation = driver.bought()
    declined(driver, consultation, 10)
    *nine, tenth = driver.events(consultation, FAILED)
    assert driver.deliver(*nine) == 200
    driver.lose_call("drop_before", ".*", "GET")
    assert driver.deliver(tenth) == 500
    assert driver.deliver(tenth) == 200
    assert driver.stripe_status(consultation) == "canceled"
    driver.agrees()


def test_a_few_declined_cards_are_ordinary(driver: Driver) -> None:
    consultation = driver.bought()
    declined(driver, consultation, 4)
    deliver_declines(driver, consultation)
    driver.simulator.confirm(consultation.payment)
    assert driver.confirm(consultation)["status"] == "authorized"
    driver.cancel(consultation)
    assert driver.purchase()["client_secret"]
    driver.agrees()


# What asks Stripe is limited for each user.


def ask(driver: Driver, consultation: Consultation, what: str) -> str:
    calls: dict[str, Callable[[], object]] = {
        "createPaymentIntent": lambda: driver.order(consultation),
        "confirmTicket": lambda: driver.confirm(consultation),
        "cancelPaymentIntent": lambda: driver.cancel(consultation),
    }
    return reason_of(calls[what])


@pytest.mark.parametrize("what", ["createPaymentIntent", "confirmTicket"])
def test_one_user_cannot_have_stripe_asked_without_end(driver: Driver, what: str) -> None:
    consultation = driver.bought()
    most = STRIPE_CALLS.most + 20
    before = len(driver.simulator.requests())
    answers = [ask(driver, consultation, what) for _ in range(most + 10)]
    assert answers == ["ok"] * most + ["TOO_MANY_PURCHASES"] * 10
    assert len(driver.simulator.requests()) - before == most
    for other in ("createPaymentIntent", "confirmTicket", "cancelPaymentIntent"):
        assert ask(driver, consultation, other) == "TOO_MANY_PURCHASES"
    driver.purchase("somebody-else")
    driver.advance(10 * MINUTE)
    assert ask(driver, consultation, what) == "ok"


def test_a_hundred_and_fifty_at_once_are_counted_as_well(driver: Driver) -> None:
    consultation = driver.bought()
    before = len(driver.simulator.requests())
    for _ in range(5):
        at_once([lambda: ask(driver, consultation, "confirmTicket")] * 30)
    assert len(driver.simulator.requests()) - before <= STRIPE_CALLS.most + 20


def test_the_first_few_calls_are_counted_in_no_document(driver: Driver) -> None:
    consultation = driver.bought()
    for _ in range(10):
        driver.confirm(consultation)
        driver.purchase()
    assert driver.document("rate_limits/buyer.stripe_calls") == {}


def test_a_perk_code_that_makes_a_purchase_give_way_counts_as_asking(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("consultation.perk.count_stripe_call", asked.append)
    driver.bought("guest")
    driver.redeem_code(driver.perk_code(), "guest", imecon_id="imecon-1")
    assert asked == ["guest"]
