"""createCheckoutSession: what is sold to whom, at whose price, and how an app goes on with what it began."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from common import cache
from tests.support.calls import reason_of, refused
from tests.support.checkouts import DAYPASS, LICENSE, LICENSE_JPY, OWNER, Bought
from tests.support.clock import MINUTE
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver


def change_product(driver: Driver, type_: str, **changes: Any) -> None:
    driver.db.document(f"products/{type_}").update(changes)
    cache.forget()


def unlocked(driver: Driver, times: int, device: str = "device-1") -> None:
    """A device that was given so many passes, each on a day of its own."""
    for _ in range(times):
        driver.fulfilled(DAYPASS, device)
        driver.advance(24 * 60 * MINUTE)


def test_a_page_is_opened_with_what_was_frozen(driver: Driver) -> None:
    bought = Bought()
    answer = driver.create_checkout(bought, amount=LICENSE_JPY, currency="jpy", unlock_count=0, locale="ja-JP")
    assert answer["checkout_url"].startswith(driver.simulator.url)
    assert (answer["status"], answer["amount"], answer["currency"]) == ("open", LICENSE_JPY, "jpy")
    assert answer["unlock_count"] == 0
    session = driver.session_at_stripe(bought)
    assert (session["mode"], session["amount_total"], session["locale"]) == ("payment", LICENSE_JPY, "ja")
    assert session["client_reference_id"] == bought.id == session["metadata"]["purchase_id"]
    assert session["payment_method_types"] == ["card"]
    assert session["adaptive_pricing"]["enabled"] is False
    purchase = driver.purchase_document(bought)
    assert (purchase["status"], purchase["session_id"]) == ("open", session["id"])
    assert int(purchase["expires_at"].timestamp()) == session["expires_at"]
    assert driver.device(bought)["open_license"] == bought.id
    driver.agrees()


def test_the_token_is_in_the_addresses_and_nowhere_else(driver: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    bought = driver.opened()
    session, token = driver.session_at_stripe(bought), driver.token(bought)
    assert parse_qs(urlsplit(session["cancel_url"]).query) == {"purchase_token": [token], "cancelled": ["1"]}
    mac = token.rpartition(".")[2]
    stored = repr(driver.everything())
    written = "".join(capsys.readouterr())
    for secret in (mac, bought.url, driver.fulfilled(LICENSE, "device-2").url):
        assert secret not in stored
        assert secret not in written


def test_calling_again_answers_with_the_same_page(driver: Driver) -> None:
    bought = driver.opened()
    before, url = snapshot(driver.db), bought.url
    assert driver.create_checkout(bought)["checkout_url"] == url
    assert changed(before, snapshot(driver.db)) == []
    assert len(driver.simulator.checkout_sessions()) == 1


def test_a_device_has_one_of_each_kind_at_a_time(driver: Driver) -> None:
    license_, daypass = driver.opened(LICENSE), driver.opened(DAYPASS)
    assert license_.id != daypass.id
    device = driver.device(license_)
    assert (device["open_license"], device["open_daypass"]) == (license_.id, daypass.id)


@pytest.mark.parametrize(("unlocks", "price"), [(0, 100), (2, 100), (3, 200)])
def test_a_day_pass_costs_what_its_tier_says(driver: Driver, unlocks: int, price: int) -> None:
    unlocked(driver, unlocks)
    answer = driver.create_checkout(Bought(DAYPASS))
    assert (answer["amount"], answer["unlock_count"]) == (price, unlocks)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"amount": 1}, "AMOUNT_MISMATCH"),
        ({"amount": 0}, "AMOUNT_MISMATCH"),
        ({"unlock_count": 10}, "UNLOCK_COUNT_MISMATCH"),
        ({"unlock_count": 10, "amount": 500}, "UNLOCK_COUNT_MISMATCH"),
        ({"currency": "usd"}, "CURRENCY_MISMATCH"),
    ],
)
@pytest.mark.parametrize("opened", [False, True], ids=["new", "open"])
def test_a_tampered_count_or_amount_is_refused_with_the_right_one(
    driver: Driver, given: dict[str, Any], reason: str, opened: bool
) -> None:
    bought = driver.opened(DAYPASS) if opened else Bought(DAYPASS)
    before = snapshot(driver.db)
    with refused(reason) as caught:
        driver.create_checkout(bought, **given)
    right = {name: caught.value.details[name] for name in ("amount", "currency", "unlock_count")}
    assert right == {"amount": 100, "currency": "jpy", "unlock_count": 0}
    assert changed(before, snapshot(driver.db)) == []


def test_a_changed_price_opens_another_page_and_closes_the_first(driver: Driver) -> None:
    first = driver.opened()
    change_product(driver, LICENSE, amount=4000)
    second = driver.opened()
    assert second.id != first.id
    assert driver.session_at_stripe(first)["status"] == "expired"
    assert driver.purchase_document(first)["end_reason"] == "replaced"
    assert driver.device(first)["open_license"] == second.id
    assert driver.session_at_stripe(second)["amount_total"] == 4000
    driver.agrees()


def test_a_price_that_this_instance_remembers_from_before_gives_nobodys_page_up(driver: Driver) -> None:
    driver.get_device()
    # Another instance knows the new price, and sells at it.
    driver.db.document("products/license").update({"amount": 4000})
    with pytest.MonkeyPatch.context() as other:
        other.setattr(cache, "_known", {})
        bought = driver.opened(amount=4000)
    assert driver.opened().id == bought.id
    assert driver.session_at_stripe(bought)["status"] == "open"


def test_a_price_that_changes_does_not_reach_who_pays_already(driver: Driver) -> None:
    bought = driver.opened()
    change_product(driver, LICENSE, amount=4000)
    driver.pay_page(bought)
    assert driver.confirm_checkout(bought)["amount"] == LICENSE_JPY


def test_what_was_paid_while_another_page_is_asked_for_stands(driver: Driver) -> None:
    bought = driver.paid_page()
    change_product(driver, LICENSE, amount=4000)
    answer = driver.create_checkout(Bought())
    assert (answer["purchase_id"], answer["status"], answer["checkout_url"]) == (bought.id, "fulfilled", None)
    assert len(driver.simulator.checkout_sessions()) == 1
    driver.agrees()


@pytest.mark.parametrize("seconds", [59 * MINUTE, 61 * MINUTE], ids=["about to end", "ended"])
def test_a_page_that_has_no_time_left_makes_way(driver: Driver, seconds: int) -> None:
    first = driver.opened()
    driver.advance(seconds)
    second = driver.opened()
    assert second.id != first.id
    assert driver.purchase_document(first)["status"] == "closed"
    driver.agrees()


def test_what_a_device_has_already_is_not_sold_again(driver: Driver) -> None:
    driver.fulfilled(DAYPASS)
    with refused("PASS_ACTIVE"):
        driver.opened(DAYPASS)
    driver.fulfilled(LICENSE)
    for type_ in (LICENSE, DAYPASS):
        with refused("LICENSE_OWNED"):
            driver.opened(type_)


def test_an_open_page_of_what_is_not_sold_any_more_is_closed(driver: Driver) -> None:
    bought = driver.opened()
    change_product(driver, LICENSE, active=False)
    with refused("PRODUCT_UNAVAILABLE"):
        driver.create_checkout(bought)
    assert driver.session_at_stripe(bought)["status"] == "expired"
    assert driver.purchase_document(bought)["status"] == "closed"


@pytest.mark.parametrize(
    ("type_", "fields"),
    [
        (LICENSE, None),
        (LICENSE, {"active": True}),
        (LICENSE, {"amount": 49}),
        (LICENSE, {"amount": "3000"}),
        (LICENSE, {"amount": 3000, "pay_minutes": 30}),
        (DAYPASS, {"tiers": []}),
        (DAYPASS, {"tiers": [{"from": 1, "amount": 100}]}),
        (DAYPASS, {"tiers": [{"from": 0, "amount": 100}, {"from": 0, "amount": 200}]}),
        (DAYPASS, {"tiers": [{"from": 0}]}),
    ],
    ids=str,
)
def test_a_slip_of_the_operator_is_refused_and_opens_nothing(
    driver: Driver, type_: str, fields: dict[str, Any] | None
) -> None:
    product = driver.db.document(f"products/{type_}")
    product.delete() if fields is None else product.set(fields)
    cache.forget()
    with refused("PRODUCT_UNAVAILABLE"):
        driver.opened(type_)
    assert driver.count("purchases") == driver.count("devices") == 0


def test_ten_pages_in_an_hour_and_no_more_until_one_is_paid(driver: Driver) -> None:
    opened = [driver.opened(device=f"device-{number}") for number in range(10)]
    with refused("TOO_MANY_PURCHASES") as caught:
        driver.opened(device="one-more")
    assert 0 < caught.value.details["retry_after_seconds"] <= 3600
    driver.pay_page(opened[0])
    driver.confirm_checkout(opened[0])
    driver.opened(device="one-more")


def test_whoever_may_open_no_other_page_keeps_the_one_they_have(driver: Driver) -> None:
    opened = [driver.opened(device=f"device-{number}") for number in range(10)]
    change_product(driver, LICENSE, amount=4000)
    with refused("TOO_MANY_PURCHASES"):
        driver.opened(device="device-0")
    assert driver.session_at_stripe(opened[0])["status"] == "open"


@pytest.mark.parametrize(("paid", "says"), [(29, "ok"), (30, "TOO_MANY_PURCHASES")])
def test_thirty_pages_in_an_hour_and_no_more_however_many_were_paid(driver: Driver, paid: int, says: str) -> None:
    times = [driver.now() - timedelta(minutes=number) for number in range(paid)]
    driver.db.document(f"rate_limits/{OWNER}.checkouts").set({"hits": [], "forgiven": times})
    assert reason_of(driver.opened) == says


def test_konbini_is_for_licences_and_only_where_it_is_switched_on(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKOUT_KONBINI", "true")
    assert driver.session_at_stripe(driver.opened(LICENSE))["payment_method_types"] == ["card", "konbini"]
    assert driver.session_at_stripe(driver.opened(DAYPASS))["payment_method_types"] == ["card"]


def test_a_deleted_account_buys_nothing(driver: Driver, sign_ins: object) -> None:
    driver.call("deleteAccount", {}, "owner")
    with refused("ACCOUNT_DELETED"):
        driver.opened()


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("ja_JP", "ja"),
        ("ja-JP-u-mu-celsius", "ja"),
        ("en-US-u-fw-mon-mu-celsius", "en"),
        ("zh_TW_#Hant", "auto"),
        ("English", "auto"),
        ("", "auto"),
        ("日本語", "auto"),
    ],
)
def test_a_language_as_phones_spell_it_keeps_nobody_from_buying(driver: Driver, locale: str, shown: str) -> None:
    assert driver.session_at_stripe(driver.opened(locale=locale))["locale"] == shown


def test_a_language_is_no_longer_than_one_can_be(driver: Driver) -> None:
    with refused("INVALID_ARGUMENT"):
        driver.opened(locale="j" * 101)
