"""Scratch: suspected faults, fourth lot."""

from __future__ import annotations

import pytest

from common import cache
from tests.support.calls import reason_of, refused
from tests.support.checkouts import DAYPASS, DEVICE, LICENSE, Bought
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.driver import Driver


def tell(driver: Driver, bought: Bought, *types: str) -> None:
    assert driver.deliver(*driver.checkout_events(bought, *types)) == 200


def test_a_payment_of_another_amount_is_refunded_and_that_is_the_end_of_it(driver: Driver) -> None:
    bought = driver.paid_page()
    driver.db.document(f"purchases/{bought.id}").update({"amount": 4000})
    driver.confirm_checkout(bought)
    for _ in range(6):
        driver.advance(HOUR + MINUTE)
        driver.sweep_checkouts()
    assert driver.simulator.refunds()[0]["amount"] == 3000
    purchase = driver.purchase_document(bought)
    assert (purchase["status"], purchase["due_action"]) == ("refunded", None)


def test_another_applications_payment_that_names_a_purchase_is_not_refunded(driver: Driver) -> None:
    from payments import checkout_sessions

    driver.lose_call("drop_before", "/v1/checkout/sessions")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.opened(DAYPASS)
    driver.advance(36 * MINUTE)
    driver.sweep_checkouts()
    (purchase,) = driver.db.collection("purchases").stream()
    assert (purchase.to_dict() or {})["status"] == "closed"
    # A Payment Link of the account's owner: anybody may put a client_reference_id into its address.
    foreign = checkout_sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {"price_data": {"currency": "jpy", "unit_amount": 9000, "product_data": {"name": "Book"}}, "quantity": 1}
            ],
            "client_reference_id": purchase.id,
            "success_url": "https://shop.example/thanks",
            "allowed_payment_method_types": ["card"],
        },
        "another-application",
    )
    driver.simulator.pay_session(foreign.id, "pm_card_visa")
    driver.reconcile()
    for _ in range(3):
        driver.minutes_pass()
    assert driver.simulator.refunds() == []


@pytest.mark.parametrize("field", ["rebinds", "unlock_count"])
def test_a_field_of_a_device_that_is_null_stops_no_grant(driver: Driver, field: str) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.db.document(f"devices/{DEVICE}").update({field: None})
    assert reason_of(driver.get_device) == "ok"


def test_what_was_missed_is_healed_by_the_reconciliation(driver: Driver) -> None:
    """No fault expected: how long the fault of a cancelled, refunded purchase lasts."""
    bought = driver.paid_page()
    driver.simulator.dashboard_refund(driver.payment_of(bought))
    driver.cancel_checkout(bought)
    assert driver.device(bought)["license_purchased"] is True
    driver.reconcile()
    assert driver.device(bought)["license_purchased"] is False


def test_a_device_deleted_while_its_page_was_open_is_still_its_buyers(driver: Driver) -> None:
    bought = driver.opened()
    driver.db.document(f"devices/{DEVICE}").delete()
    driver.advance(HOUR)
    driver.sweep_checkouts()
    driver.confirm_checkout(bought)


def test_a_licence_given_back_to_a_deleted_device_is_its_buyers(driver: Driver) -> None:
    bought = driver.fulfilled()
    dispute = driver.simulator.dispute(driver.payment_of(bought))["id"]
    tell(driver, bought)
    driver.db.document(f"devices/{DEVICE}").delete()
    driver.simulator.move_dispute(dispute, "under_review")
    driver.simulator.move_dispute(dispute, "won")
    tell(driver, bought)
    assert driver.get_device(DEVICE, "stranger")["license_purchased"] is False
    assert driver.get_device(DEVICE, "owner")["license_purchased"] is True


def test_a_credit_whose_purchase_document_is_gone_begins_all_the_same(driver: Driver) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.advance(3 * DAY)
    tell(driver, bought)
    driver.db.document(f"purchases/{bought.id}").delete()
    assert driver.get_device()["pass_ends_at"] is not None


def test_the_rebuilt_purchase_of_a_credit_gives_no_second_pass(driver: Driver) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.advance(3 * DAY)
    tell(driver, bought)
    assert driver.get_device()["pass_ends_at"] is not None
    driver.db.document(f"purchases/{bought.id}").delete()
    driver.reconcile()
    # pass_ends_at is known to the device only; a refund that fails must not give a second credit.
    refund = driver.simulator.dashboard_refund(driver.payment_of(bought))["id"]
    tell(driver, bought)
    driver.advance(2 * DAY)
    driver.simulator.fail_refund(refund)
    tell(driver, bought)
    assert driver.device(bought)["pass_credit"] is False


@pytest.mark.parametrize("amount", [9000, 3000])
def test_another_applications_payment_does_nothing_to_an_open_purchase(driver: Driver, amount: int) -> None:
    from payments import checkout_sessions

    bought = driver.opened(LICENSE)
    foreign = checkout_sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {"price_data": {"currency": "jpy", "unit_amount": amount, "product_data": {"name": "Book"}}, "quantity": 1}
            ],
            "client_reference_id": bought.id,
            "success_url": "https://shop.example/thanks",
            "allowed_payment_method_types": ["card"],
        },
        "another-application",
    )
    driver.simulator.pay_session(foreign.id, "pm_card_visa")
    driver.reconcile()
    for _ in range(3):
        driver.minutes_pass()
    assert driver.simulator.refunds() == []
    assert driver.device(bought)["license_purchased"] is False
