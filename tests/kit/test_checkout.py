"""Licences and day passes as apps sell them by the actions: Stripe's page, the way back, another phone."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from devkit.stripe_sim.errors import Json
from tests.kit.conftest import Phones
from tests.support.driver import Driver
from tests.support.kit_phone import DECLINED, THREE_D_SECURE, VISA, KitPhone

DEVICE, LICENSE, DAYPASS, PRICE = "device-1", "license", "daypass", 3000
APP = "exampleapp://purchase"


def open_page(phone: KitPhone, product: str = LICENSE, amount: int = PRICE, device: str = DEVICE) -> Json:
    opened: Json = phone.call("openCheckout", device, product, None, amount)
    return opened


def page_of(phone: KitPhone) -> str:
    """The page that the phone shows."""
    return str(phone.seen()["pages"][-1])


def send(page: str, **form: str) -> httpx.Response:
    """Somebody presses a button on Stripe's page."""
    return httpx.post(page, data=form, trust_env=False)


def pay(phone: KitPhone, card: str = VISA) -> str:
    """Pay on the page that the phone shows; the token of the address to which it leads."""
    answer = send(page_of(phone), payment_method=card)
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    return token_of(answer)


def token_of(answer: httpx.Response) -> str:
    return parse_qs(urlsplit(answer.headers["Location"]).query)["purchase_token"][0]


def licensed(phones: Phones, uid: str = "hanako", device: str = DEVICE) -> tuple[KitPhone, Json]:
    """A phone with a licence, and its view."""
    phone = phones(uid)
    assert open_page(phone, device=device)["outcome"] == "page"
    view: Json = phone.call("confirmCheckout", device, pay(phone), "")
    assert view["license_purchased"] is True
    return phone, view


def charged(driver: Driver) -> list[int]:
    """What was paid at Stripe and not given back, in JPY, for each charge."""
    kept = [charge["amount"] - charge["amount_refunded"] for charge in driver.simulator.charges() if charge["captured"]]
    return [amount for amount in kept if amount]


def follow(phone: KitPhone, device: str = DEVICE) -> None:
    phone.call("followDevice", device, {"function": "views"})


def test_a_licence_is_bought_on_stripes_page_and_shown(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    opened = open_page(phone)
    assert opened == {"outcome": "page", "purchaseId": opened["purchaseId"]}
    view = phone.call("confirmCheckout", DEVICE, pay(phone), "")
    assert (view["ok"], view["status"], view["guidance"]) == (True, "fulfilled", "ready")
    assert view["license_code"]
    assert phone.call("confirmCheckout", DEVICE, None, opened["purchaseId"])["license_code"] == view["license_code"]
    assert phone.call("getDevice", DEVICE)["license_purchased"] is True
    assert charged(driver) == [PRICE]


def test_the_page_takes_a_card_with_3d_secure_and_another_one_after_a_declined_one(
    phones: Phones, driver: Driver
) -> None:
    phone = phones("hanako")
    open_page(phone)
    assert send(page_of(phone), payment_method=DECLINED).status_code == httpx.codes.PAYMENT_REQUIRED
    assert send(page_of(phone), payment_method=THREE_D_SECURE).status_code == httpx.codes.OK
    token = token_of(send(page_of(phone), outcome="pass"))
    assert phone.call("confirmCheckout", DEVICE, token, None)["license_purchased"] is True
    assert charged(driver) == [PRICE]


def test_two_taps_open_one_page_and_one_purchase(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    taps = [phone.begin("openCheckout", DEVICE, LICENSE, None, PRICE) for _ in range(2)]
    opened = [phone.answer(tap) for tap in taps]
    assert opened[0] == opened[1]
    assert len(phone.seen()["pages"]) == 1
    assert (driver.count("purchases"), len(driver.simulator.checkout_sessions())) == (1, 1)


def test_a_page_that_was_left_is_given_again_and_can_be_closed(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    opened = open_page(phone)
    page = page_of(phone)
    waiting = phone.call("getDevice", DEVICE)["open_purchases"]
    assert [(each["purchase_id"], each["guidance"]) for each in waiting] == [(opened["purchaseId"], "pay")]
    assert open_page(phone) == opened
    assert page_of(phone) == page
    assert phone.call("cancelCheckout", DEVICE, opened["purchaseId"])["status"] == "closed"
    assert phone.call("cancelCheckout", DEVICE, opened["purchaseId"])["status"] == "closed"
    assert phone.call("getDevice", DEVICE)["open_purchases"] == []
    assert send(page, payment_method=VISA).status_code == httpx.codes.GONE
    assert charged(driver) == []


def test_another_price_than_the_one_shown_opens_no_page(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    refused = open_page(phone, amount=PRICE - 1)
    assert (refused["outcome"], refused["reason"], bool(refused["message"])) == ("failed", "AMOUNT_MISMATCH", True)
    assert phone.seen()["pages"] == []
    assert driver.simulator.checkout_sessions() == []


@pytest.mark.parametrize(
    "order", [{"answers": False}, *[{"throws": what, "code": "x"} for what in ("PlatformException", "ArgumentError")]]
)
def test_a_phone_without_a_browser_says_so_and_may_try_again(phones: Phones, driver: Driver, order: Json) -> None:
    phone = phones("hanako")
    phone.order("launchUrl", order)
    refused = open_page(phone)
    assert (refused["outcome"], refused["reason"]) == ("failed", "NO_BROWSER")
    assert open_page(phone) == {"outcome": "page", "purchaseId": refused["purchaseId"]}
    assert driver.count("purchases") == 1


def test_a_page_that_never_says_whether_it_loaded_is_shown_and_may_be_opened_again(phones: Phones) -> None:
    phone = phones("hanako")
    phone.order("launchUrl", "never answers")
    lost = phone.after_its_time(phone.begin("openCheckout", DEVICE, LICENSE, None, PRICE))
    assert lost["outcome"] == "page"
    assert open_page(phone) == lost


def test_two_devices_at_once_have_a_page_each(phones: Phones) -> None:
    phone = phones("hanako")
    begun = [phone.begin("openCheckout", device, LICENSE, None, PRICE) for device in (DEVICE, "device-2")]
    opened = [phone.answer(each) for each in begun]
    assert [each["outcome"] for each in opened] == ["page", "page"]
    assert opened[0]["purchaseId"] != opened[1]["purchaseId"]


def test_what_is_paid_already_opens_no_second_page(phones: Phones, driver: Driver) -> None:
    driver.simulator.webhooks("outage")
    phone = phones("hanako")
    opened = open_page(phone)
    pay(phone)
    again = open_page(phone)
    assert again["outcome"] in ("settled", "failed")
    assert again.get("purchaseId", opened["purchaseId"]) == opened["purchaseId"]
    assert phone.call("confirmCheckout", DEVICE, None, opened["purchaseId"])["license_purchased"] is True
    assert len(phone.seen()["pages"]) == 1
    assert charged(driver) == [PRICE]
    driver.simulator.webhooks("normal")


def test_an_app_killed_on_the_page_finds_the_licence_at_its_next_start(phones: Phones, driver: Driver) -> None:
    killed = phones("hanako")
    open_page(killed)
    page = page_of(killed)
    killed.kill()
    assert send(page, payment_method=VISA).status_code == httpx.codes.SEE_OTHER
    again = phones("hanako")
    follow(again)
    (view,) = again.told("views", 1)
    assert view["license_purchased"] is True
    assert charged(driver) == [PRICE]


def test_a_licence_is_restored_on_another_phone_by_its_code(phones: Phones, driver: Driver) -> None:
    old, view = licensed(phones)
    new = phones("hanako-2")
    moved = new.call("restoreLicense", "device-2", view["license_code"])
    assert (moved["ok"], moved["license_purchased"]) == (True, True)
    assert moved["license_code"] not in (None, view["license_code"])
    assert new.call("restoreLicense", "device-2", view["license_code"])["license_code"] == moved["license_code"]
    assert old.call("getDevice", DEVICE)["license_purchased"] is False
    stranger = phones("taro").call("restoreLicense", "device-3", view["license_code"])
    assert (stranger["ok"], bool(stranger["error"]["message"])) == (False, True)


def test_a_restore_whose_answer_was_lost_moves_the_licence_once(phones: Phones) -> None:
    _, view = licensed(phones)
    new = phones("hanako-2")
    new.order("restoreLicense", "loses its answer")
    assert new.call("restoreLicense", "device-2", view["license_code"])["ok"] is False
    assert new.call("restoreLicense", "device-2", view["license_code"])["license_purchased"] is True


def test_a_day_pass_is_bought_by_the_count_that_the_screen_shows(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    prices = phone.call("getDevice", DEVICE)["prices"]
    (price,) = [price for price in prices if price["product_type"] == DAYPASS]
    wrong = phone.call("openCheckout", DEVICE, DAYPASS, 7, price["amount"])
    assert (wrong["outcome"], wrong["reason"]) == ("failed", "UNLOCK_COUNT_MISMATCH")
    assert phone.call("openCheckout", DEVICE, DAYPASS, 0, price["amount"])["outcome"] == "page"
    view = phone.call("confirmCheckout", DEVICE, pay(phone), None)
    assert (view["unlock_count"], bool(view["pass_ends_at"])) == (1, True)
    assert charged(driver) == [price["amount"]]


# Following.


def test_the_way_back_closes_the_page_and_shows_the_licence(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    follow(phone)
    assert [view["license_purchased"] for view in phone.told("views", 1)] == [False]
    open_page(phone)
    phone.opened_by(f"{APP}?purchase_token={pay(phone)}")
    assert [view["license_purchased"] for view in phone.told("views", 2)] == [False, True]
    assert phone.seen()["pages_open"] == 0


def test_after_the_way_back_the_view_is_still_followed(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    follow(phone)
    open_page(phone)
    phone.opened_by(f"{APP}?purchase_token={pay(phone)}")
    view = phone.told("views", 2)[-1]
    phones("hanako-2").call("restoreLicense", "device-2", view["license_code"])
    phone.goes_to_the_background_and_back()
    assert [view["license_purchased"] for view in phone.told("views", 3)] == [False, True, False]


def test_after_the_way_back_the_view_says_what_became_of_the_purchase_beside_all_that_the_screen_shows(
    phones: Phones, driver: Driver
) -> None:
    phone = phones("hanako")
    follow(phone)
    open_page(phone)
    phone.opened_by(f"{APP}?purchase_token={pay(phone)}")
    before, after = phone.told("views", 2)
    assert (after["status"], after["guidance"], bool(after["receipt_url"])) == ("fulfilled", "ready", True)
    assert (after["prices"], after["open_purchases"]) == (before["prices"], [])
    assert after["server_time"] > before["server_time"]


def test_the_address_that_starts_the_app_shows_the_licence(phones: Phones) -> None:
    killed = phones("hanako")
    open_page(killed)
    token = pay(killed)
    killed.kill()
    started = phones("hanako")
    started.opened_by(f"{APP}?purchase_token={token}")
    follow(started)
    assert {view["license_purchased"] for view in started.told("views", 2)} == {True}


def test_coming_to_the_foreground_shows_what_was_paid_meanwhile(phones: Phones) -> None:
    phone = phones("hanako")
    follow(phone)
    open_page(phone)
    pay(phone)
    phone.goes_to_the_background_and_back()
    assert [view["license_purchased"] for view in phone.told("views", 2)] == [False, True]


def test_without_a_network_the_last_view_stays_until_there_is_one(phones: Phones) -> None:
    phone = phones("hanako")
    follow(phone)
    open_page(phone)
    token = pay(phone)
    phone.network(up=False)
    phone.opened_by(f"{APP}?purchase_token={token}")
    phone.goes_to_the_background_and_back()
    phone.network(up=True)
    phone.goes_to_the_background_and_back()
    assert [view["license_purchased"] for view in phone.told("views", 2)] == [False, True]


@pytest.mark.parametrize(
    "address",
    [f"{APP}?purchase_token=old", f"{APP}?purchase_token=", f"{APP}?purchase_token=%FF", APP, "exampleapp:"],
)
def test_an_address_that_says_nothing_true_changes_nothing(phones: Phones, address: str) -> None:
    phone, _ = licensed(phones)
    follow(phone)
    phone.opened_by(address)
    phone.goes_to_the_background_and_back()
    assert {view["license_purchased"] for view in phone.told("views", 2)} == {True}


def test_somebody_elses_token_shows_this_device_as_it_is(phones: Phones) -> None:
    other = phones("taro")
    open_page(other, device="device-9")
    token = pay(other)
    phone, _ = licensed(phones)
    follow(phone)
    phone.opened_by(f"{APP}?purchase_token={token}")
    assert [view["device_id"] for view in phone.told("views", 2)] == [DEVICE, DEVICE]


@pytest.mark.parametrize("method", ["supportsCloseForLaunchMode", "closeInAppWebView"])
@pytest.mark.parametrize("what", ["PlatformException", "MissingPluginException", "UnimplementedError"])
def test_a_page_that_cannot_be_closed_keeps_nobody_from_the_licence(phones: Phones, method: str, what: str) -> None:
    phone = phones("hanako")
    follow(phone)
    open_page(phone)
    phone.throws(method, what, "x")
    phone.opened_by(f"{APP}?purchase_token={pay(phone)}")
    assert [view["license_purchased"] for view in phone.told("views", 2)] == [False, True]


def test_followed_twice_each_view_is_told_once(phones: Phones) -> None:
    phone = phones("hanako")
    phone.call("followDevice", DEVICE, {"function": "old"})
    follow(phone)
    open_page(phone)
    phone.opened_by(f"{APP}?purchase_token={pay(phone)}")
    phone.goes_to_the_background_and_back()
    phone.told("views", 3)
    assert {name: len(views) for name, views in phone.seen()["told"].items()} == {"old": 1, "views": 3}
    assert phone.seen()["calls"].count("getDevice") == 4


def test_an_action_of_the_app_that_fails_is_told_the_next_view_too(phones: Phones) -> None:
    phone = phones("hanako")
    phone.call("followDevice", DEVICE, {"throws": "views"})
    phone.goes_to_the_background_and_back()
    assert len(phone.told("views", 2)) == 2
    said = phone.says(2)
    assert said == ["followDevice: Bad state: no page\n"] * 2


def test_a_view_that_a_later_one_has_overtaken_is_not_shown(phones: Phones) -> None:
    phone = phones("hanako")
    phone.order("getDevice", "answers late")
    followed = phone.begin("followDevice", DEVICE, {"function": "views"})
    phone.gets_stuck()
    open_page(phone)
    pay(phone)
    phone.goes_to_the_background_and_back()
    phone.told("views", 1)
    phone.late_answers_come()
    phone.answer(followed)
    assert [view["license_purchased"] for view in phone.told("views", 1)] == [True]


def test_a_device_that_is_followed_no_more_is_not_shown(phones: Phones) -> None:
    phone = phones("hanako")
    phone.order("getDevice", "answers late")
    followed = phone.begin("followDevice", "device-2", {"function": "old"})
    phone.gets_stuck()
    phone.order("getDevice", "answers late")
    now = phone.begin("followDevice", DEVICE, {"function": "views"})
    phone.gets_stuck()
    phone.late_answers_come()
    phone.answer(followed)
    phone.answer(now)
    assert {name: [view["device_id"] for view in views] for name, views in phone.seen()["told"].items()} == {
        "views": [DEVICE]
    }
