"""restoreLicense: a code moves a licence, once; it is never copied, and not to be guessed."""

from __future__ import annotations

import base64
import json

import pytest

from common import params
from devkit import local
from tests.support.calls import refused
from tests.support.checkouts import LICENSE, Bought
from tests.support.clock import DAY, MINUTE
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver


def licensed(driver: Driver, device: str = "old-phone", owner: str = "owner") -> tuple[Bought, str]:
    """A licence and its code."""
    bought = driver.paid_page(LICENSE, device, owner)
    return bought, str(driver.confirm_checkout(bought)["license_code"])


def test_it_moves_to_the_new_phone_and_leaves_the_old_one(driver: Driver) -> None:
    bought, code = licensed(driver)
    view = driver.restore(code, "new-phone", "new-uid")
    assert (view["license_purchased"], view["device_id"]) == (True, "new-phone")
    assert view["license_code"] not in (None, code)
    assert driver.get_device("old-phone", "owner")["license_purchased"] is False
    assert driver.purchase_document(bought)["device_id"] == "new-phone"
    driver.agrees()


def test_a_code_that_was_used_is_refused_to_everybody_else(driver: Driver) -> None:
    _, code = licensed(driver)
    driver.restore(code, "new-phone", "new-uid")
    for device, uid in [("third-phone", "third-uid"), ("old-phone", "owner"), ("new-phone", "stranger")]:
        with refused("CODE_INVALID"):
            driver.restore(code, device, uid)


def test_repeating_the_call_whose_answer_was_lost_gives_the_same_answer(driver: Driver) -> None:
    _, code = licensed(driver)
    first = driver.restore(code, "new-phone", "new-uid")
    before = snapshot(driver.db)
    assert driver.restore(code, "new-phone", "new-uid") == first
    assert changed(before, snapshot(driver.db)) == []


def test_it_is_typed_as_people_type(driver: Driver) -> None:
    _, code = licensed(driver)
    typed = code.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    assert driver.restore(typed, "new-phone", "new-uid")["license_purchased"] is True


def test_a_revoked_licence_moves_nowhere(driver: Driver) -> None:
    bought, code = licensed(driver)
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    with refused("LICENSE_REVOKED"):
        driver.restore(code, "new-phone", "new-uid")


def test_a_refund_finds_a_licence_where_it_has_gone(driver: Driver) -> None:
    bought, code = licensed(driver)
    driver.restore(code, "new-phone", "new-uid")
    driver.simulator.dashboard_refund(driver.payment_of(bought))
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    assert driver.get_device("new-phone", "new-uid")["license_purchased"] is False
    driver.agrees()


def test_a_device_with_a_licence_takes_no_second(driver: Driver) -> None:
    _, code = licensed(driver)
    licensed(driver, "new-phone", "new-uid")
    with refused("LICENSE_OWNED"):
        driver.restore(code, "new-phone", "new-uid")


def test_it_moves_to_no_device_of_somebody_else(driver: Driver) -> None:
    _, code = licensed(driver)
    driver.opened(LICENSE, "their-phone", "somebody")
    with refused("DEVICE_NOT_YOURS"):
        driver.restore(code, "their-phone", "new-uid")


def test_an_unpaid_purchase_has_no_code_that_works(driver: Driver) -> None:
    from checkout import keys

    bought = driver.opened()
    code = keys.license_code(bought.id, 1, keys.signing_kid())
    with refused("CODE_INVALID"):
        driver.restore(code, "new-phone", "new-uid")


def test_three_moves_in_thirty_days_and_no_more(driver: Driver) -> None:
    _, code = licensed(driver)
    for number in range(3):
        code = driver.restore(code, f"phone-{number}", f"uid-{number}")["license_code"]
    with refused("TRANSFER_LIMIT"):
        driver.restore(code, "phone-3", "uid-3")
    driver.advance(31 * DAY)
    assert driver.restore(code, "phone-3", "uid-3")["license_purchased"] is True


def test_guessing_is_stopped_also_for_a_right_code(driver: Driver) -> None:
    _, code = licensed(driver)
    for number in range(10):
        with refused("CODE_INVALID"):
            driver.restore(f"0000-0000-0000-{number:04}", "new-phone", "guesser")
    with refused("TOO_MANY_ATTEMPTS"):
        driver.restore(code, "new-phone", "guesser")
    driver.advance(15 * MINUTE)
    driver.restore(code, "new-phone", "guesser")


def test_a_code_outlives_the_rotation_of_its_key_and_gets_a_new_one_when_that_is_gone(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, code = licensed(driver)
    new = {"new": base64.b64encode(b"n" * 32).decode()}
    monkeypatch.setenv("CHECKOUT_KEYS", json.dumps(new | local.CHECKOUT_KEYS))
    assert driver.get_device("old-phone", "owner")["license_code"] == code
    monkeypatch.setenv("CHECKOUT_KEYS", json.dumps(new))
    other = driver.get_device("old-phone", "owner")["license_code"]
    assert other not in (None, code)
    with refused("CODE_INVALID"):
        driver.restore(code, "new-phone", "new-uid")
    assert driver.restore(other, "new-phone", "new-uid")["license_purchased"] is True
    driver.agrees()


def test_a_device_that_was_deleted_by_hand_gets_its_licence_back_by_the_code(driver: Driver) -> None:
    _, code = licensed(driver)
    driver.db.document("devices/old-phone").delete()
    assert driver.restore(code, "old-phone", "owner")["license_purchased"] is True
    driver.agrees()


@pytest.mark.parametrize("call", ["get_device", "opened"])
def test_who_sold_a_licence_cannot_take_it_back(driver: Driver, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    monkeypatch.setenv(params.ENFORCE_APP_CHECK.name, "true")
    bought = driver.paid_page(LICENSE, "sellers-phone", "seller")
    sold = driver.restore(driver.confirm_checkout(bought)["license_code"], "customers-phone", "customer")
    # Suppose they learnt the device's id.
    if call == "get_device":
        assert driver.get_device("customers-phone", "seller")["license_code"] is None
    else:
        with refused("DEVICE_NOT_YOURS"):
            driver.opened(LICENSE, "customers-phone", "seller")
    assert driver.document("devices/customers-phone")["owner_uid"] == "customer"
    # A new installation of the customer's has the code.
    assert driver.restore(sold["license_code"], "customers-phone", "reinstalled")["license_purchased"] is True
