"""payLocally pays at the simulator as PaymentSheet does, for apps that are connected to the local stack."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from devkit import local
from devkit.client import CallableError, call_headers, call_result
from devkit.functions_app import PAY_LOCALLY, create_app, load_functions
from devkit.pay_locally import payLocally
from devkit.stack import Stack
from tests.support.driver import Driver

APP = create_app({PAY_LOCALLY: payLocally})


def asked(data: dict[str, Any], uid: str | None = "buyer") -> TestResponse:
    content = json.dumps({"data": data})
    url = local.function_url("", PAY_LOCALLY)
    return APP.test_client().post(url, data=content, headers=call_headers(uid))


def paid(data: dict[str, Any], uid: str | None = "buyer") -> Any:
    answer = asked(data, uid)
    return call_result(answer.status_code, answer.text)


def refused(data: dict[str, Any], uid: str | None = "buyer") -> str | None:
    with pytest.raises(CallableError) as caught:
        paid(data, uid)
    return caught.value.reason


@pytest.mark.parametrize("card", [{}, {"paymentMethod": ""}, {"paymentMethod": "pm_card_threeDSecure2Required"}])
def test_it_places_the_hold_of_a_purchase(driver: Driver, card: dict[str, str]) -> None:
    bought = driver.bought()
    assert paid({"clientSecret": bought.secret, **card})["status"] == "requires_capture"
    assert driver.confirm(bought)["status"] == "authorized"
    driver.agrees()


def test_a_declined_card_leaves_the_purchase_to_be_paid_by_another(driver: Driver) -> None:
    bought = driver.bought()
    assert refused({"clientSecret": bought.secret, "paymentMethod": "pm_card_chargeDeclined"}) == "PAYMENT_REJECTED"
    assert driver.confirm(bought)["status"] == "pending_payment"
    assert paid({"clientSecret": bought.secret})["status"] == "requires_capture"


def test_it_takes_the_right_secret_of_somebody_signed_in_only(driver: Driver) -> None:
    bought = driver.bought()
    assert refused({"clientSecret": bought.secret}, uid=None) == "UNAUTHENTICATED"
    assert refused({"clientSecret": f"{bought.payment}_secret_wrong"}) == "PAYMENT_NOT_FOUND"
    assert refused({"clientSecret": "pi_unknown_secret_x"}) == "PAYMENT_NOT_FOUND"
    assert refused({"clientSecret": "../v1/refunds_secret_x"}) == "INVALID_ARGUMENT"
    assert refused({}) == "INVALID_ARGUMENT"
    assert driver.stripe_status(bought) == "requires_payment_method"


def test_the_local_stack_serves_it_and_nothing_that_is_deployed_does(stack: Stack) -> None:
    with pytest.raises(CallableError) as caught:
        stack.call(PAY_LOCALLY, {}, uid="buyer")
    assert caught.value.reason == "INVALID_ARGUMENT"
    assert PAY_LOCALLY not in load_functions()
