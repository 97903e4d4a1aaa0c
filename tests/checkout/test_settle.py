"""One door for what Stripe's page came to: any path may finish a purchase, in any order, and it is granted once."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

import pytest

from common import cache
from tests.support.calls import refused
from tests.support.checkouts import DAYPASS, LICENSE, Bought
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver

COMPLETED = "checkout.session.completed"


def granted(driver: Driver, bought: Bought) -> None:
    """The device has it, once."""
    assert driver.purchase_document(bought)["status"] == "fulfilled"
    device = driver.device(bought)
    if bought.type == LICENSE:
        assert device["license_purchase_id"] == bought.id
    else:
        assert device["unlock_count"] == 1
    driver.agrees()


PATHS: dict[str, Callable[[Driver, Bought], object]] = {
    "webhook": lambda driver, bought: driver.deliver(*driver.checkout_events(bought, COMPLETED)),
    "the payment's event": lambda driver, bought: driver.deliver(
        *driver.checkout_events(bought, "payment_intent.succeeded")
    ),
    "confirm": lambda driver, bought: driver.confirm_checkout(bought),
    "look": lambda driver, bought: driver.get_device(bought.device, bought.owner),
    "buy again": lambda driver, bought: driver.create_checkout(Bought(bought.type)),
    "cancel": lambda driver, bought: driver.cancel_checkout(bought),
    "reconcile": lambda driver, _: driver.reconcile(),
}


@pytest.mark.parametrize("type_", [LICENSE, DAYPASS])
@pytest.mark.parametrize("path", PATHS)
def test_each_path_alone_grants_what_was_paid(driver: Driver, path: str, type_: str) -> None:
    bought = driver.paid_page(type_)
    PATHS[path](driver, bought)
    granted(driver, bought)


def test_pay_and_kill_the_app_before_the_redirect(driver: Driver) -> None:
    bought = driver.paid_page()
    driver.advance(HOUR + MINUTE)
    driver.sweep_checkouts()
    granted(driver, bought)
    assert driver.get_device()["license_code"]


@pytest.mark.parametrize("seed", range(3))
def test_every_path_in_any_order_and_twice_grants_once(driver: Driver, seed: int) -> None:
    bought = driver.paid_page(DAYPASS)
    ways = [name for name in PATHS if name not in ("buy again", "reconcile")] * 2
    random.Random(seed).shuffle(ways)
    for way in ways:
        PATHS[way](driver, bought)
    granted(driver, bought)


def test_a_duplicate_event_changes_nothing(driver: Driver) -> None:
    bought = driver.paid_page(DAYPASS)
    (event,) = driver.checkout_events(bought, COMPLETED)
    assert driver.deliver(event) == 200
    before = snapshot(driver.db)
    assert driver.deliver(event, event) == 200
    assert changed(before, snapshot(driver.db)) == []


def test_the_webhook_may_come_before_the_session_is_recorded(driver: Driver) -> None:
    bought = driver.paid_page()
    driver.db.document(f"purchases/{bought.id}").update({"session_id": None})
    assert driver.deliver(*driver.checkout_events(bought, COMPLETED)) == 200
    assert driver.purchase_document(bought)["session_id"] == bought.session
    granted(driver, bought)


def test_an_expired_event_after_the_completed_one_takes_nothing_back(driver: Driver) -> None:
    bought = driver.paid_page()
    (completed,) = driver.checkout_events(bought, COMPLETED)
    stale = {**completed["data"]["object"], "status": "expired", "payment_status": "unpaid", "payment_intent": None}
    expired = {**completed, "id": "evt_expired", "type": "checkout.session.expired", "data": {"object": stale}}
    for order in itertools.permutations([completed, expired]):
        assert driver.deliver(*order) == 200
    granted(driver, bought)


def test_an_ended_page_closes_its_purchase(driver: Driver) -> None:
    bought = driver.opened()
    driver.advance(HOUR)
    assert driver.deliver(*driver.checkout_events(bought, "checkout.session.expired")) == 200
    assert driver.purchase_document(bought)["status"] == "closed"
    assert driver.device(bought)["open_license"] is None
    # Nothing is left of its code.
    assert driver.count("license_codes") == 0
    driver.agrees()


def test_an_ended_page_whose_event_was_lost_is_closed_by_the_sweep(driver: Driver) -> None:
    bought = driver.opened()
    driver.advance(HOUR - 60)
    driver.sweep_checkouts()
    assert driver.purchase_document(bought)["status"] == "open"
    driver.advance(60)
    driver.sweep_checkouts()
    assert driver.purchase_document(bought)["status"] == "closed"
    driver.agrees()


def test_a_page_that_stripe_leaves_open_past_its_end_is_closed(driver: Driver) -> None:
    bought = driver.opened()
    driver.db.document(f"purchases/{bought.id}").update({"expires_at": driver.now(), "due_at": driver.now()})
    driver.sweep_checkouts()
    assert driver.session_at_stripe(bought)["status"] == "expired"
    assert driver.purchase_document(bought)["end_reason"] == "expired"


def test_the_webhook_dead_for_three_days_loses_nothing(driver: Driver) -> None:
    licensed, passed = driver.paid_page(LICENSE, "device-1"), driver.paid_page(DAYPASS, "device-2")
    driver.advance(3 * DAY)
    driver.reconcile()
    assert driver.purchase_document(licensed)["status"] == "fulfilled"
    # The day of the pass is long over: it waits for the device.
    device = driver.device(passed)
    assert (device["pass_credit"], device["pass_ends_at"], device["unlock_count"]) == (True, None, 1)
    driver.agrees()


# Money that cannot be granted.


def refunded(driver: Driver, bought: Bought, reason: str) -> None:
    """The money is back, once, and the device has nothing of it."""
    purchase = driver.purchase_document(bought)
    assert (purchase["status"], purchase["decision"], purchase["end_reason"]) == ("refunded", "refund", reason)
    assert purchase["amount_refunded"] == purchase["amount"]
    payment = driver.payment_of(bought)
    found = [refund for refund in driver.simulator.refunds() if refund["payment_intent"] == payment]
    assert [refund["amount"] for refund in found] == [purchase["amount"]]
    assert purchase["refund_id"] == found[0]["id"]
    driver.agrees()


def two_pages(driver: Driver, type_: str) -> tuple[Bought, Bought]:
    """Two sessions of one device that both are paid: for a moment Stripe said that it did not know the first."""
    from checkout import loaded
    from checkout.settle import settle_missing

    first = driver.paid_page(type_)
    found = loaded.load(first.id)
    assert found is not None
    settle_missing(found)
    return first, driver.paid_page(type_)


@pytest.mark.parametrize(("type_", "reason"), [(LICENSE, "license_owned"), (DAYPASS, "pass_active")])
def test_two_sessions_of_one_device_both_paid_are_one_grant_and_one_refund(
    driver: Driver, type_: str, reason: str
) -> None:
    first, second = two_pages(driver, type_)
    driver.confirm_checkout(second)
    assert driver.deliver(*driver.checkout_events(first, COMPLETED)) == 200
    assert driver.purchase_document(first)["decision"] == "refund"
    driver.minutes_pass()
    assert driver.purchase_document(second)["status"] == "fulfilled"
    refunded(driver, first, reason)


def test_what_is_paid_after_it_was_closed_is_granted_and_reported(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = two_pages(driver, LICENSE)
    assert driver.deliver(*driver.checkout_events(first, COMPLETED)) == 200
    assert '"paid_after_close"' in capsys.readouterr().err
    assert driver.device(first)["license_purchase_id"] == first.id
    driver.confirm_checkout(second)
    refunded(driver, second, "license_owned")


def test_a_pass_that_is_paid_after_the_licence_is_refunded(driver: Driver) -> None:
    daypass = driver.opened(DAYPASS)
    driver.fulfilled(LICENSE)
    driver.pay_page(daypass)
    assert driver.confirm_checkout(daypass)["status"] == "refunded"
    refunded(driver, daypass, "license_owned")


@pytest.mark.parametrize("changes", [{"amount": 4000}, {"currency": "usd"}], ids=str)
def test_a_session_of_another_amount_is_no_payment_of_the_purchase(
    driver: Driver, capsys: pytest.CaptureFixture[str], changes: dict[str, object]
) -> None:
    bought = driver.paid_page()
    driver.db.document(f"purchases/{bought.id}").update(changes)
    view = driver.confirm_checkout(bought)
    assert view["license_purchased"] is False
    assert '"amount_mismatch"' in capsys.readouterr().err
    assert driver.purchase_document(bought)["decision"] == "refund"


@pytest.mark.parametrize("ordered", [2000, 4000])
def test_a_payment_of_another_amount_is_given_back_as_it_was_paid(driver: Driver, ordered: int) -> None:
    bought = driver.paid_page()
    driver.db.document(f"purchases/{bought.id}").update({"amount": ordered})
    view = driver.confirm_checkout(bought)
    assert (view["status"], view["guidance"]) == ("refunded", "refunded")
    purchase = driver.purchase_document(bought)
    assert (purchase["amount_received"], purchase["amount_refunded"], purchase["due_action"]) == (3000, 3000, None)
    driver.agrees()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "500", "429"])
def test_a_refund_that_is_cut_short_is_made_once(driver: Driver, kind: str) -> None:
    daypass = driver.opened(DAYPASS)
    driver.fulfilled(LICENSE)
    driver.pay_page(daypass)
    driver.lose_call(kind, "/v1/refunds")
    driver.confirm_checkout(daypass)
    for _ in range(3):
        driver.minutes_pass()
    refunded(driver, daypass, "license_owned")


def test_a_free_pass_is_granted_and_costs_nothing(driver: Driver) -> None:
    driver.db.document("products/daypass").update({"tiers": [{"from": 0, "amount": 0}, {"from": 1, "amount": 100}]})
    cache.forget()
    bought = driver.paid_page(DAYPASS)
    session = driver.session_at_stripe(bought)
    assert (session["payment_status"], session["payment_intent"]) == ("no_payment_required", None)
    assert driver.confirm_checkout(bought)["unlock_count"] == 1
    granted(driver, bought)


# Konbini.


@pytest.fixture
def in_store(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Bought:
    """A licence that its buyer promised to pay in a store."""
    monkeypatch.setenv("CHECKOUT_KONBINI", "true")
    bought = driver.opened()
    driver.pay_page(bought, "konbini")
    return bought


def test_konbini_paid_two_days_later_is_granted_then(driver: Driver, in_store: Bought) -> None:
    view = driver.confirm_checkout(in_store)
    assert (view["status"], view["guidance"], view["license_purchased"]) == ("processing", "pay_at_store", False)
    # Asking again opens no second page.
    assert driver.create_checkout(in_store)["status"] == "processing"
    driver.advance(2 * DAY)
    driver.sweep_checkouts()
    driver.simulator.end_konbini(in_store.session, "paid")
    assert driver.deliver(*driver.checkout_events(in_store)) == 200
    granted(driver, in_store)


@pytest.mark.parametrize("told", [True, False], ids=["by the webhook", "by the sweep"])
def test_konbini_that_lapses_closes_the_purchase(driver: Driver, in_store: Bought, told: bool) -> None:
    driver.confirm_checkout(in_store)
    driver.advance(5 * DAY)
    if told:
        assert driver.deliver(*reversed(driver.checkout_events(in_store))) == 200
    else:
        driver.sweep_checkouts()
    assert driver.purchase_document(in_store)["status"] == "closed"
    assert driver.device(in_store)["open_license"] is None
    driver.agrees()


def test_a_promise_in_a_store_cannot_be_cancelled(driver: Driver, in_store: Bought) -> None:
    assert driver.cancel_checkout(in_store)["status"] == "processing"
    driver.simulator.end_konbini(in_store.session, "paid")
    assert driver.cancel_checkout(in_store)["status"] == "fulfilled"


# What Stripe does not know.


def test_a_session_that_stripe_does_not_know_closes_its_purchase(driver: Driver) -> None:
    bought = driver.opened()
    driver.simulator.forget_session(bought.session)
    assert driver.confirm_checkout(bought, by_token=False)["status"] == "closed"
    assert driver.device(bought)["open_license"] is None


def test_another_projects_session_is_left_alone(driver: Driver) -> None:
    bought = driver.paid_page()
    (event,) = driver.checkout_events(bought, COMPLETED)
    foreign = {**event["data"]["object"], "metadata": {"project": "another"}, "client_reference_id": "theirs"}
    before = snapshot(driver.db)
    assert driver.deliver({**event, "id": "evt_foreign", "data": {"object": foreign}}) == 200
    assert changed(before, snapshot(driver.db)) == ["stripe_events/evt_foreign"]


# A second session of one purchase.


def second_session(driver: Driver, bought: Bought) -> str:
    """A session of the same purchase that was made twice: its id."""
    from checkout import loaded, pages
    from payments import checkout_sessions

    found = loaded.load(bought.id)
    assert found is not None
    return checkout_sessions.create(pages._complete(found), "made-twice").id


def test_a_second_session_of_a_purchase_is_closed(driver: Driver) -> None:
    bought = driver.opened()
    stray = second_session(driver, bought)
    driver.reconcile()
    assert driver.simulator.checkout_session(stray)["status"] == "expired"
    assert driver.session_at_stripe(bought)["status"] == "open"
    assert driver.purchase_document(bought)["session_id"] == bought.session


def test_where_there_are_two_sessions_the_paid_one_is_the_purchases(driver: Driver) -> None:
    bought = driver.opened()
    stray = second_session(driver, bought)
    driver.simulator.pay_session(stray)
    driver.reconcile()
    purchase = driver.purchase_document(bought)
    assert (purchase["status"], purchase["session_id"]) == ("fulfilled", stray)
    # The other one cannot be paid any more.
    driver.advance(MINUTE)
    driver.reconcile()
    assert driver.session_at_stripe(bought)["status"] == "expired"
    driver.agrees()


def test_both_sessions_of_a_purchase_paid_are_reported_every_day(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    bought = driver.opened()
    stray = second_session(driver, bought)
    driver.pay_page(bought)
    driver.confirm_checkout(bought)
    driver.simulator.pay_session(stray)
    driver.reconcile()
    assert '"stray_capture"' in capsys.readouterr().err
    assert any(stray in line for line in driver.problems())


# Another application of the account.


def foreign_session(reference: str, amount: int) -> str:
    """A session of a Payment Link, into whose address anybody may put a reference: its id."""
    from payments import checkout_sessions

    price = {"currency": "jpy", "unit_amount": amount, "product_data": {"name": "Book"}}
    params = {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "client_reference_id": reference,
        "success_url": "https://shop.example/thanks",
        "allowed_payment_method_types": ["card"],
    }
    return checkout_sessions.create(params, "another-application").id


@pytest.mark.parametrize("amount", [3000, 9000])
@pytest.mark.parametrize("told", [True, False], ids=["by the webhook", "by the reconciliation"])
def test_another_applications_payment_does_nothing_to_an_open_purchase(
    driver: Driver, amount: int, told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    bought = driver.opened()
    theirs = Bought(id=bought.id, url=f"/{foreign_session(bought.id, amount)}")
    driver.pay_page(theirs)
    before = driver.purchase_document(bought), driver.device(bought)
    if told:
        assert driver.deliver(*driver.checkout_events(theirs)) == 200
    else:
        driver.reconcile()
    driver.minutes_pass()
    assert driver.simulator.refunds() == []
    assert (driver.purchase_document(bought), driver.device(bought)) == before
    assert '"ERROR"' not in capsys.readouterr().err
    driver.pay_page(bought)
    assert driver.confirm_checkout(bought)["license_purchased"] is True


def test_another_applications_open_page_that_names_a_purchase_is_left_open(driver: Driver) -> None:
    theirs = foreign_session(driver.fulfilled().id, 9000)
    driver.reconcile()
    assert driver.simulator.checkout_session(theirs)["status"] == "open"


def test_another_applications_payment_is_not_taken_for_a_page_that_was_never_made(driver: Driver) -> None:
    driver.lose_call("drop_before", "/v1/checkout/sessions")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.opened(DAYPASS)
    (purchase,) = driver.db.collection("purchases").stream()
    driver.simulator.pay_session(foreign_session(purchase.id, 9000))
    driver.advance(36 * MINUTE)
    driver.sweep_checkouts()
    driver.reconcile()
    driver.minutes_pass()
    assert (purchase.reference.get().to_dict() or {})["status"] == "closed"
    assert driver.simulator.refunds() == []
