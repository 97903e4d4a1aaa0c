"""More than 5,000 addresses that we did not make: none is believed, and for none anything is read."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from checkout import keys
from checkout.return_page import checkoutPage
from devkit import local
from tests.support.checkout_forgeries import FORGERIES, Forger, guesses, mutants
from tests.support.checkouts import Bought
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.return_pages import ask, safe
from tests.support.round_trips import RoundTrips

(KID,) = local.CHECKOUT_KEYS


def forger(bought: Bought) -> Forger:
    code = keys.license_code(bought.id, 1, KID)
    return Forger(keys._keys()[KID], KID, local.PROJECT, bought.id, code)


def forged(bought: Bought) -> Iterator[str]:
    """All of them; what is honest by chance is none."""
    honest = keys.token(bought.id, KID)
    yield from (make(forger(bought)) for make in FORGERIES.values())
    yield from (mutant for mutant in mutants(honest) if mutant != honest)
    yield from guesses(KID, 200)


def status(token: str, environ: dict[str, Any]) -> int:
    """The function's answer to a token, without all that a server does around it."""
    asked = {**environ, "QUERY_STRING": urlencode({"purchase_token": token})}
    return checkoutPage(Request(asked)).status_code


def test_none_is_believed_and_nothing_is_read_for_any(driver: Driver, round_trips: RoundTrips) -> None:
    bought = driver.paid_page()
    before, environ, tokens = snapshot(driver.db), EnvironBuilder().get_environ(), list(forged(bought))
    assert len(set(tokens)) >= 5_000
    with round_trips.watching() as calls:
        accepted = [token for token in tokens if status(token, environ) != 400]
    assert (accepted, calls) == ([], [])
    assert changed(before, snapshot(driver.db)) == []
    # Control: the honest one is believed.
    assert status(driver.token(bought), environ) == 200


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_answered_with_a_page_that_has_nothing_of_it(driver: Driver, name: str) -> None:
    bought = Bought(id="p_" + "ab" * 16)
    token = FORGERIES[name](forger(bought))
    answer = ask(driver, {"purchase_token": token, "lang": "en"})
    assert (answer.status_code, safe(answer).heading) == (400, "This link is not valid.")
    assert bought.id not in answer.text
    assert len(token) < 8 or token not in answer.text


def test_control_the_forger_can_make_an_honest_one(driver: Driver) -> None:
    bought = driver.fulfilled()
    assert forger(bought).token() == driver.token(bought)
    assert ask(driver, {"purchase_token": forger(bought).token()}).status_code == 200


def test_control_without_the_comparison_forgeries_are_believed(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    bought = driver.fulfilled()
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: True)
    statuses = [ask(driver, {"purchase_token": make(forger(bought))}).status_code for make in FORGERIES.values()]
    assert statuses.count(200) > 10
