"""Refunds and disputes revoke what was bought, and give it back when they come to nothing, in whatever order."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.support.checkouts import DAYPASS, LICENSE, LICENSE_JPY, Bought
from tests.support.clock import DAY, MINUTE
from tests.support.driver import Driver
from tests.support.guards_off import without_looks_of_purchases
from tests.support.round_trips import Named, RoundTrips


def refund(driver: Driver, bought: Bought, amount: int | None = None, status: str | None = None) -> str:
    return str(driver.simulator.dashboard_refund(driver.payment_of(bought), amount, status)["id"])


def dispute(driver: Driver, bought: Bought, status: str = "needs_response") -> str:
    return str(driver.simulator.dispute(driver.payment_of(bought), status)["id"])


def tell(driver: Driver, bought: Bought, seed: int | None = None) -> None:
    """Deliver all events there are; shuffled and some twice with a seed."""
    events = driver.checkout_events(bought)
    if seed is not None:
        events += events[::2]
        random.Random(seed).shuffle(events)
    assert driver.deliver(*events) == 200


def status(driver: Driver, bought: Bought) -> str:
    driver.agrees()
    return str(driver.purchase_document(bought)["status"])


@pytest.mark.parametrize("type_", [LICENSE, DAYPASS])
def test_a_full_refund_revokes_and_a_failed_one_gives_it_back(driver: Driver, type_: str) -> None:
    bought = driver.fulfilled(type_)
    before = driver.device(bought)
    refunded = refund(driver, bought)
    tell(driver, bought)
    assert status(driver, bought) == "revoked"
    device = driver.device(bought)
    assert (device["license_purchased"], device["pass_ends_at"]) == (False, None)
    view = driver.confirm_checkout(bought)
    assert (view["guidance"], view["license_code"]) == ("revoked", None)
    driver.simulator.fail_refund(refunded)
    tell(driver, bought)
    assert status(driver, bought) == "fulfilled"
    assert {**driver.device(bought), "version": 0} == {**before, "version": 0}


def test_a_partial_refund_is_only_recorded_until_it_is_whole(driver: Driver) -> None:
    bought = driver.fulfilled()
    refund(driver, bought, 1000)
    tell(driver, bought)
    assert status(driver, bought) == "fulfilled"
    assert driver.purchase_document(bought)["amount_refunded"] == 1000
    refund(driver, bought, LICENSE_JPY - 1000)
    tell(driver, bought)
    assert status(driver, bought) == "revoked"


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "part"])
@pytest.mark.parametrize("seed", range(4))
def test_a_refund_before_during_and_after_the_grant_ends_alike(driver: Driver, seed: int, whole: bool) -> None:
    bought = driver.paid_page()
    refund(driver, bought, None if whole else 1000)
    tell(driver, bought, seed)
    driver.confirm_checkout(bought)
    assert status(driver, bought) == ("revoked" if whole else "fulfilled")
    assert driver.device(bought)["license_purchased"] is not whole


def test_what_was_refunded_while_nothing_was_heard_is_seen_by_whoever_asks(driver: Driver) -> None:
    bought = driver.paid_page()
    refund(driver, bought)
    assert driver.confirm_checkout(bought)["license_purchased"] is False
    assert status(driver, bought) == "revoked"


@pytest.mark.parametrize("way", ["cancelled", "replaced", "swept"])
def test_what_was_refunded_before_its_page_is_closed_stays_with_nobody(driver: Driver, way: str) -> None:
    bought = driver.paid_page()
    refund(driver, bought)
    if way == "cancelled":
        assert driver.cancel_checkout(bought)["license_purchased"] is False
    elif way == "replaced":
        driver.advance(58 * MINUTE)
        assert driver.create_checkout(Bought())["status"] == "revoked"
    else:
        driver.lose_call("drop_before", f"/v1/checkout/sessions/{bought.session}/expire")
        driver.cancel_checkout(bought)
        driver.minutes_pass()
    assert status(driver, bought) == "revoked"


LOST = ("needs_response", "under_review", "lost")
WON = ("needs_response", "under_review", "won")
STORIES: dict[str, tuple[tuple[tuple[str, ...], ...], str]] = {
    "open": ((("needs_response",),), "revoked"),
    "lost": ((LOST,), "revoked"),
    "won": ((WON,), "fulfilled"),
    "an inquiry": ((("warning_needs_response",),), "fulfilled"),
    "an inquiry that was closed": ((("warning_needs_response", "warning_closed"),), "fulfilled"),
    "an inquiry that became one": ((("warning_needs_response", "needs_response"),), "revoked"),
    "lost, then won on appeal": (((*LOST, "appeal_under_review", "won"),), "fulfilled"),
    "won, then another lost": ((WON, LOST), "revoked"),
}
"""The steps of each dispute of a payment, and what becomes of what was bought."""


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
@pytest.mark.parametrize("story", STORIES)
def test_a_dispute_revokes_while_it_may_cost_the_money(driver: Driver, story: str, shuffled: bool) -> None:
    disputes, end = STORIES[story]
    bought = driver.fulfilled()
    for first, *steps in disputes:
        opened = dispute(driver, bought, first)
        for step in steps:
            if not shuffled:
                tell(driver, bought)
            driver.simulator.move_dispute(opened, step)
    tell(driver, bought, 1 if shuffled else None)
    assert status(driver, bought) == end


def test_a_dispute_of_what_is_to_be_refunded_waits_for_its_end(driver: Driver) -> None:
    daypass = driver.opened(DAYPASS)
    driver.fulfilled(LICENSE)
    driver.pay_page(daypass)
    opened = dispute(driver, daypass)
    assert driver.confirm_checkout(daypass)["guidance"] == "refunding"
    driver.simulator.move_dispute(opened, "lost")
    tell(driver, daypass)
    assert status(driver, daypass) == "refunded"


def test_a_refund_that_fails_where_nothing_was_granted_is_reported_and_made_again_by_hand(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    daypass = driver.opened(DAYPASS)
    driver.fulfilled(LICENSE)
    driver.pay_page(daypass)
    driver.confirm_checkout(daypass)
    driver.simulator.fail_refund(driver.purchase_document(daypass)["refund_id"])
    tell(driver, daypass)
    assert '"refund_failed"' in capsys.readouterr().err
    assert driver.problems() == [f"{daypass.id}: nothing was granted, and 100 JPY were not given back"]
    # It is reported every day until it is in order.
    driver.reconcile()
    (report,) = (found.to_dict() or {} for found in driver.db.collection("reconciliations").stream())
    assert report["difference_count"] == 1
    answer = driver.by_admin("refundPurchase", purchase_id=daypass.id)
    assert (answer["purchase"]["status"], answer["purchase"]["amount_refunded"]) == ("refunded", 100)
    driver.agrees()


def test_what_cannot_be_given_back_to_its_device_is_refunded(driver: Driver) -> None:
    first = driver.fulfilled()
    opened = dispute(driver, first)
    tell(driver, first)
    # Meanwhile the device has bought another licence.
    second = driver.fulfilled()
    driver.simulator.move_dispute(opened, "won")
    tell(driver, first)
    driver.minutes_pass()
    assert status(driver, first) == "refunded"
    assert driver.device(first)["license_purchase_id"] == second.id


@pytest.mark.parametrize("begun", [True, False], ids=["begun", "a credit"])
def test_a_pass_is_refunded_if_another_is_valid_when_it_should_come_back(driver: Driver, begun: bool) -> None:
    first = driver.paid_page(DAYPASS)
    if begun:
        driver.confirm_checkout(first)
    else:
        driver.advance(3 * DAY)
        tell(driver, first)
    refunded = refund(driver, first)
    tell(driver, first)
    second = driver.fulfilled(DAYPASS)
    driver.simulator.fail_refund(refunded)
    tell(driver, first)
    driver.minutes_pass()
    assert status(driver, first) == "refunded"
    assert driver.purchase_document(first)["amount_refunded"] == 100
    assert driver.device(first)["pass_purchase_id"] == second.id


@pytest.mark.parametrize("meanwhile", [LICENSE, DAYPASS])
def test_a_pass_that_was_used_up_is_not_refunded_for_what_was_bought_since(driver: Driver, meanwhile: str) -> None:
    first = driver.fulfilled(DAYPASS)
    driver.advance(2 * DAY)
    opened = dispute(driver, first)
    tell(driver, first)
    driver.fulfilled(meanwhile)
    before = driver.device(first)
    driver.simulator.move_dispute(opened, "won")
    tell(driver, first)
    driver.minutes_pass()
    assert status(driver, first) == "fulfilled"
    assert driver.simulator.refunds() == []
    assert driver.device(first) == before


def test_unlocks_stay_counted(driver: Driver) -> None:
    bought = driver.fulfilled(DAYPASS)
    refund(driver, bought)
    tell(driver, bought)
    assert driver.device(bought)["unlock_count"] == 1


def test_a_pass_whose_day_is_over_gives_no_other(driver: Driver) -> None:
    bought = driver.fulfilled(DAYPASS)
    opened = dispute(driver, bought)
    tell(driver, bought)
    driver.advance(3 * DAY)
    driver.simulator.move_dispute(opened, "won")
    tell(driver, bought)
    assert status(driver, bought) == "fulfilled"
    assert driver.device(bought)["pass_ends_at"] is None


def test_a_credit_comes_back_as_one(driver: Driver) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.advance(3 * DAY)
    tell(driver, bought)
    refunded = refund(driver, bought)
    tell(driver, bought)
    assert driver.device(bought)["pass_credit"] is False
    driver.simulator.fail_refund(refunded)
    tell(driver, bought)
    assert driver.device(bought)["pass_credit"] is True
    driver.agrees()


def overtaken(driver: Driver, round_trips: RoundTrips) -> Bought:
    """A look that asked Stripe before the refund failed, and commits after another look that knows it."""
    bought = driver.fulfilled()
    refunded = refund(driver, bought)
    (event,) = driver.checkout_events(bought, "charge.refunded")

    def meanwhile() -> None:
        driver.simulator.fail_refund(refunded)
        (failed,) = driver.checkout_events(bought, "refund.failed")
        assert driver.deliver(failed) == 200

    with round_trips.interrupted(Named("firestore commit", "before"), meanwhile):
        assert driver.deliver(event) == 200
    return bought


def test_an_answer_that_was_overtaken_is_asked_for_again(driver: Driver, round_trips: RoundTrips) -> None:
    assert status(driver, overtaken(driver, round_trips)) == "fulfilled"


def test_control_a_look_that_finds_nothing_new_must_be_seen_by_older_ones(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_looks_of_purchases(monkeypatch)
    assert driver.purchase_document(overtaken(driver, round_trips))["status"] == "revoked"


TROUBLE: dict[str, Callable[[Driver], None]] = {
    "at once": lambda _: None,
    "answer lost": lambda driver: driver.lose_call("drop_after", "/v1/refunds"),
    "request lost": lambda driver: driver.lose_call("drop_before", "/v1/refunds"),
}


@pytest.mark.parametrize("way", TROUBLE)
def test_an_administrator_refunds_once(driver: Driver, way: str) -> None:
    bought = driver.fulfilled()
    TROUBLE[way](driver)
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    driver.minutes_pass()
    again = driver.by_admin("refundPurchase", purchase_id=bought.id)["purchase"]
    assert (again["status"], again["decision"], again["amount_refunded"]) == ("revoked", "refund", LICENSE_JPY)
    assert len(driver.simulator.refunds()) == 1
    assert status(driver, bought) == "revoked"


@pytest.mark.parametrize("known", [True, False], ids=["known before", "heard of by then"])
@pytest.mark.parametrize("end", ["won", "lost"])
def test_an_administrators_refund_outlives_a_dispute(driver: Driver, known: bool, end: str) -> None:
    bought = driver.fulfilled()
    opened = dispute(driver, bought)
    if known:
        tell(driver, bought)
    answer = driver.by_admin("refundPurchase", purchase_id=bought.id)["purchase"]
    assert (answer["status"], answer["decision"], answer["guidance"]) == ("revoked", "refund", "refunding")
    for step in ("under_review", end):
        driver.simulator.move_dispute(opened, step)
    tell(driver, bought)
    driver.minutes_pass()
    assert status(driver, bought) == "refunded"
    assert len(driver.simulator.refunds()) == (1 if end == "won" else 0)
    assert driver.device(bought)["license_purchased"] is False


def test_nothing_is_shown_of_an_administrators_refund_that_came_to_nothing(driver: Driver) -> None:
    bought = driver.fulfilled()
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    driver.simulator.fail_refund(driver.purchase_document(bought)["refund_id"])
    tell(driver, bought)
    (found,) = driver.by_admin("findPurchases", purchase_id=bought.id)["purchases"]
    assert (found["status"], found["decision"], found["end_reason"]) == ("fulfilled", None, None)
    assert driver.purchase_document(bought)["carried_out_at"] is None
    # It can be decided anew.
    again = driver.by_admin("refundPurchase", purchase_id=bought.id)["purchase"]
    assert (again["status"], again["amount_refunded"]) == ("revoked", LICENSE_JPY)


def test_a_refund_that_failed_before_it_was_seen_is_made_again(driver: Driver) -> None:
    bought = driver.fulfilled()
    driver.lose_call("drop_after", "/v1/refunds")
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    (unseen,) = driver.simulator.refunds()
    driver.simulator.fail_refund(unseen["id"])
    driver.minutes_pass()
    purchase = driver.purchase_document(bought)
    assert (purchase["amount_refunded"], purchase["attempt"]) == (LICENSE_JPY, 3)
    assert purchase["refund_id"] != unseen["id"]
    assert status(driver, bought) == "revoked"
