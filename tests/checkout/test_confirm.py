"""confirmCheckout and cancelCheckout: what the app learns after the page, whoever came first."""

from __future__ import annotations

import pytest

from tests.support.calls import refused
from tests.support.checkouts import DAYPASS, LICENSE
from tests.support.clock import HOUR, MINUTE
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver


@pytest.mark.parametrize("by_token", [True, False], ids=["token", "id"])
def test_a_paid_licence_is_there_before_any_webhook(driver: Driver, by_token: bool) -> None:
    bought = driver.paid_page()
    view = driver.confirm_checkout(bought, by_token=by_token)
    assert (view["status"], view["guidance"], view["license_purchased"]) == ("fulfilled", "ready", True)
    assert view["license_code"]
    assert view["receipt_url"].startswith("https://")
    assert view["paid_at"] <= view["license_purchased_at"]
    purchase = driver.purchase_document(bought)
    assert (purchase["confirmed_at"] is not None) is by_token
    driver.agrees()


def test_unpaid_is_an_answer_and_no_error(driver: Driver) -> None:
    bought = driver.opened()
    before = snapshot(driver.db)
    view = driver.confirm_checkout(bought)
    assert (view["status"], view["guidance"], view["license_purchased"]) == ("open", "pay", False)
    assert changed(before, snapshot(driver.db)) == []


def test_a_declined_card_leaves_the_page_open_for_another(driver: Driver) -> None:
    bought = driver.opened()
    driver.pay_page(bought, "pm_card_chargeDeclined")
    assert driver.confirm_checkout(bought)["status"] == "open"
    driver.pay_page(bought)
    assert driver.confirm_checkout(bought)["status"] == "fulfilled"


def test_repeating_it_gives_the_same_answer_and_changes_nothing(driver: Driver) -> None:
    bought = driver.paid_page(DAYPASS)
    first = driver.confirm_checkout(bought)
    before = snapshot(driver.db)
    driver.advance(MINUTE)
    assert driver.confirm_checkout(bought) == first
    assert changed(before, snapshot(driver.db)) == []


def test_after_the_webhook_it_gives_what_the_webhook_granted(driver: Driver) -> None:
    bought = driver.paid_page()
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    before = snapshot(driver.db)
    assert driver.confirm_checkout(bought)["license_purchased"] is True
    assert changed(before, snapshot(driver.db)) == []


def test_a_token_is_good_for_a_day_after_its_page(driver: Driver) -> None:
    bought = driver.fulfilled()
    expires_at = driver.purchase_document(bought)["expires_at"]
    driver.freeze(expires_at, 24 * HOUR - 1)
    driver.confirm_checkout(bought)
    driver.freeze(expires_at, 24 * HOUR)
    with refused("TOKEN_EXPIRED"):
        driver.confirm_checkout(bought)
    # The purchase itself does not expire.
    assert driver.confirm_checkout(bought, by_token=False)["status"] == "fulfilled"


def test_a_stolen_token_gains_nothing(driver: Driver) -> None:
    bought = driver.paid_page()
    driver.get_device("thiefs-device", "thief")
    own = driver.opened(LICENSE, "thiefs-device", "thief")
    before = snapshot(driver.db)
    stolen = {"purchase_token": driver.token(bought)}
    for device in ("thiefs-device", bought.device, "no-device"):
        with refused("PURCHASE_NOT_FOUND"):
            driver.call("confirmCheckout", {"device_id": device, **stolen}, "thief")
    # Its own purchase's token opens no other device either.
    with refused("PURCHASE_NOT_FOUND"):
        driver.call("confirmCheckout", {"device_id": bought.device, "purchase_token": driver.token(own)}, "thief")
    assert changed(before, snapshot(driver.db)) == []
    assert driver.confirm_checkout(bought)["license_purchased"] is True


def test_what_is_not_ones_own_looks_like_what_is_not_there(driver: Driver) -> None:
    bought = driver.paid_page()
    unknown = "p_" + "0" * 32
    for device, purchase, uid in [
        (bought.device, bought.id, "stranger"),
        ("device-2", bought.id, bought.owner),
        (bought.device, unknown, bought.owner),
    ]:
        data = {"device_id": device, "purchase_id": purchase}
        for function in ("confirmCheckout", "cancelCheckout"):
            with refused("PURCHASE_NOT_FOUND"):
                driver.call(function, data, uid)


def test_it_takes_a_token_or_an_id_and_not_both(driver: Driver) -> None:
    bought = driver.opened()
    both = {"purchase_token": driver.token(bought), "purchase_id": bought.id}
    for data in ({}, both):
        with refused("INVALID_ARGUMENT"):
            driver.call("confirmCheckout", {"device_id": bought.device, **data}, bought.owner)


def test_while_stripe_does_not_answer_nothing_is_known_and_nothing_lost(driver: Driver) -> None:
    bought = driver.paid_page()
    driver.lose_call("drop_before", f"/v1/checkout/sessions/{bought.session}", "GET")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.confirm_checkout(bought)
    assert driver.confirm_checkout(bought)["status"] == "fulfilled"


def test_an_answer_that_is_lost_is_given_again(driver: Driver) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.confirm_checkout(bought)
    assert driver.confirm_checkout(bought)["unlock_count"] == 1


# Cancelling.


def test_cancelling_closes_the_page(driver: Driver) -> None:
    bought = driver.opened()
    view = driver.cancel_checkout(bought)
    assert (view["status"], view["guidance"]) == ("closed", "start_again")
    assert driver.session_at_stripe(bought)["status"] == "expired"
    assert driver.purchase_document(bought)["end_reason"] == "cancelled"
    assert driver.cancel_checkout(bought) == view
    driver.agrees()


def test_what_was_paid_meanwhile_stands(driver: Driver) -> None:
    bought = driver.paid_page()
    view = driver.cancel_checkout(bought)
    assert (view["status"], view["license_purchased"]) == ("fulfilled", True)
    driver.agrees()


def test_back_from_the_cancelled_page_one_can_still_pay(driver: Driver) -> None:
    bought = driver.opened()
    driver.simulator.cancel_session(bought.session)
    assert driver.confirm_checkout(bought)["status"] == "open"
    driver.pay_page(bought)
    assert driver.confirm_checkout(bought)["status"] == "fulfilled"


def test_a_cancellation_that_did_not_reach_stripe_is_carried_out_by_a_schedule(driver: Driver) -> None:
    bought = driver.opened()
    driver.lose_call("drop_before", ".*/expire")
    view = driver.cancel_checkout(bought)
    assert (view["status"], view["guidance"]) == ("open", "closing")
    assert driver.session_at_stripe(bought)["status"] == "open"
    driver.minutes_pass()
    assert driver.purchase_document(bought)["status"] == "closed"
    assert driver.session_at_stripe(bought)["status"] == "expired"
    driver.agrees()


def test_a_purchase_whose_device_was_deleted_by_hand_brings_it_back(driver: Driver) -> None:
    bought = driver.paid_page()
    driver.db.document(f"devices/{bought.device}").delete()
    view = driver.confirm_checkout(bought)
    assert view["license_purchased"] is True
    assert driver.device(bought)["owner_uid"] == bought.owner


def test_cancelling_what_was_just_paid_alerts_nobody(driver: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    bought = driver.paid_page()
    capsys.readouterr()
    assert driver.cancel_checkout(bought)["status"] == "fulfilled"
    logged = "".join(capsys.readouterr())
    assert '"stripe rejected what was over"' in logged
    assert '"ERROR"' not in logged
    driver.agrees()
