"""Scratch: how long some faults last, and one more race."""

from __future__ import annotations

import pytest

from tests.support.checkouts import DAYPASS, DEVICE, LICENSE, Bought
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.driver import Driver


def test_a_refund_that_failed_before_it_was_seen_heals_within_two_days(driver: Driver) -> None:
    bought = driver.fulfilled()
    driver.lose_call("drop_after", "/v1/refunds")
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    (refund,) = driver.simulator.refunds()
    driver.simulator.fail_refund(refund["id"])
    for _ in range(50):
        driver.advance(HOUR + MINUTE)
        driver.sweep_checkouts()
    assert driver.purchase_document(bought)["amount_refunded"] == 3000


def test_a_credit_is_lost_when_its_refund_fails_while_another_pass_runs_and_nobody_says_so(driver: Driver) -> None:
    first = driver.paid_page(DAYPASS)
    driver.advance(3 * DAY)
    assert driver.deliver(*driver.checkout_events(first)) == 200
    refund = driver.simulator.dashboard_refund(driver.payment_of(first))["id"]
    assert driver.deliver(*driver.checkout_events(first)) == 200
    driver.fulfilled(DAYPASS)
    driver.simulator.fail_refund(refund)
    assert driver.deliver(*driver.checkout_events(first)) == 200
    driver.advance(2 * DAY)
    driver.reconcile()
    (report,) = (found.to_dict() or {} for found in driver.db.collection("reconciliations").stream())
    assert report["difference_count"] > 0
