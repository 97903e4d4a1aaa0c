"""One line for each call, with whose it was and the ids it was about, and nothing that opens a door."""

from __future__ import annotations

import json
import secrets
from functools import partial
from typing import Any

import pytest
from google.api_core.exceptions import ServiceUnavailable

from checkout.keys import CODE_LETTERS
from common import failure_streak
from common.alerts import Alert
from common.call_log import LOGGED_IDS, known_ids
from common.codes import new_code, written
from common.ids import new_purchase_id
from consultation import purchase
from devkit import local
from tests.support.busy import every_commit_loses
from tests.support.calls import reason_of, refused
from tests.support.driver import Driver

Capture = pytest.CaptureFixture[str]
TICKET = "buyer." + "0123456789ab" * 2
NONCE = "AbCdEfGhIjKlMnOpQrStU-"


def lines(capsys: Capture, *messages: str) -> list[dict[str, Any]]:
    """The structured lines since the last look; of some messages only, if they are named."""
    found = [json.loads(line) for text in capsys.readouterr() for line in text.splitlines() if line.startswith("{")]
    return [line for line in found if line["message"] in messages or not messages]


def without_what_varies(line: dict[str, Any]) -> dict[str, Any]:
    assert len(line["requestId"]) == 32
    assert line["ms"] >= 0
    return {name: value for name, value in line.items() if name not in ("severity", "requestId", "ms")}


def test_a_call_is_one_line_with_its_user_and_its_ids(driver: Driver, capsys: Capture) -> None:
    capsys.readouterr()
    bought = driver.purchase(metadata={"note": "a text of a person"}, sessionId="another text")
    (line,) = lines(capsys)
    assert line["severity"] == "INFO"
    assert without_what_varies(line) == {
        "message": "call",
        "function": "createPaymentIntent",
        "uid": "buyer",
        "imecon": "imecon-1",
        "ticket": bought["ticket_id"],
        "paymentIntent": bought["payment_intent_id"],
        "outcome": "ok",
    }


def test_a_refusal_is_one_line_with_its_user_and_its_ids(driver: Driver, capsys: Capture) -> None:
    consultation = driver.held()
    capsys.readouterr()
    with refused("SESSION_NOT_STARTED"):
        driver.end(consultation)
    (line,) = lines(capsys)
    assert line["severity"] == "INFO"
    assert without_what_varies(line) == {
        "message": "refused",
        "function": "endConsultation",
        "uid": "buyer",
        "chatRoom": consultation.ticket,
        "reason": "SESSION_NOT_STARTED",
        "status": "FAILED_PRECONDITION",
    }


def test_the_details_of_a_refusal_name_what_it_was_about(driver: Driver, capsys: Capture) -> None:
    consultation = driver.used()
    capsys.readouterr()
    with refused("TICKET_ALREADY_USED"):
        driver.redeem(consultation)
    (line,) = lines(capsys)
    assert (line["uid"], line["chatRoom"]) == ("buyer", consultation.room)
    assert consultation.code not in str(line)


def test_whoever_may_not_call_is_named_too(driver: Driver, capsys: Capture) -> None:
    capsys.readouterr()
    with refused("PERMISSION_DENIED"):
        driver.call("reversePoints", {"transactionId": "x", "reason": "y"}, "stranger")
    (line,) = lines(capsys)
    assert (line["message"], line["uid"]) == ("refused", "stranger")


def test_a_purchase_a_session_and_an_award_are_found_by_uid_and_by_id(driver: Driver, capsys: Capture) -> None:
    capsys.readouterr()
    consultation = driver.active()
    driver.end(consultation)
    driver.deliver_all()
    award = driver.offered_points(5_000)
    driver.accept_points(award)
    logged = lines(capsys)
    served = [line["function"] for line in logged if line["message"] == "call"]
    assert len(served) == len({line["requestId"] for line in logged if line["message"] == "call"})
    of_ticket = [line["function"] for line in logged if consultation.ticket in line.values()]
    assert {"createPaymentIntent", "redeemTicketCode", "answerConsultation", "endConsultation"} <= set(of_ticket)
    of_payment = {line["function"] for line in logged if line.get("paymentIntent") == consultation.payment}
    assert {"createPaymentIntent", "confirmTicket", "stripeWebhook"} <= of_payment
    assert [line["uid"] for line in logged if line.get("award") == award] == ["staff-1", "customer"]


def test_what_goes_wrong_on_the_way_names_the_user_too(driver: Driver, capsys: Capture) -> None:
    driver.simulator.fault("500", times=None)
    with refused("PAYMENT_UNAVAILABLE"):
        driver.purchase()
    warned = lines(capsys, "stripe unavailable")
    assert warned
    assert all((line["uid"], line["imecon"]) == ("buyer", "imecon-1") for line in warned)


@pytest.fixture
def told_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only every quarter of an hour: a test before may have had its outage."""
    monkeypatch.setattr(failure_streak, "AGAIN_AFTER_SECONDS", 0)


def in_a_row(capsys: Capture) -> list[tuple[str, int]]:
    """Of which functions it was reported that so many calls failed in a row."""
    return [(line["function"], line["failures"]) for line in lines(capsys, Alert("calls unavailable"))]


@pytest.mark.usefixtures("told_each_time")
class TestCallsThatFailInARow:
    """Each is answered that it may be tried again; a person is told of many."""

    def purchases(self, driver: Driver, times: int) -> set[str]:
        return {reason_of(partial(driver.purchase, f"buyer-{number}")) for number in range(times)}

    def test_stripe_is_gone(self, driver: Driver, capsys: Capture) -> None:
        driver.purchase("served")
        driver.simulator.fault("500", times=None)
        assert self.purchases(driver, 4) == {"PAYMENT_UNAVAILABLE"}
        assert in_a_row(capsys) == []
        # What is refused anyway says nothing of Stripe.
        assert reason_of(partial(driver.purchase, "imecon-1")) == "SELF_PURCHASE"
        assert self.purchases(driver, 2) == {"PAYMENT_UNAVAILABLE"}
        assert in_a_row(capsys) == [("createPaymentIntent", 5), ("createPaymentIntent", 6)]

    def test_stripe_is_back_in_between(self, driver: Driver, capsys: Capture) -> None:
        for number in range(3):
            driver.purchase(f"served-{number}")
            driver.simulator.fault("500", times=None)
            assert self.purchases(driver, 4) == {"PAYMENT_UNAVAILABLE"}
            driver.simulator.clear_faults()
        assert in_a_row(capsys) == []

    def test_firestore_is_gone(self, driver: Driver, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
        def fails(*_: object) -> None:
            raise ServiceUnavailable("not now")  # type: ignore[no-untyped-call]

        driver.purchase("served")
        monkeypatch.setattr(purchase, "_live_ticket", fails)
        assert self.purchases(driver, 5) == {"BUSY"}
        assert in_a_row(capsys) == [("createPaymentIntent", 5)]

    def test_control_buyers_who_hinder_each_other_are_no_outage(
        self, driver: Driver, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        every_commit_loses(monkeypatch)
        assert self.purchases(driver, 6) == {"BUSY"}
        assert in_a_row(capsys) == []


LICENCE_CODE = written(secrets.randbits(5 * CODE_LETTERS), CODE_LETTERS)
TOKEN = f"{new_purchase_id()}.k1.{'A' * 43}"
SECRETS = {
    "a ticket code": new_code(),
    "a code without its hyphens": new_code().replace("-", "").lower(),
    "a code with other separators": new_code().replace("-", "_"),
    "a client secret": "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH",
    "a licence code": LICENCE_CODE,
    "a licence code without its hyphens": LICENCE_CODE.replace("-", "").lower(),
    "a licence code with other separators": LICENCE_CODE.replace("-", "_"),
    "a token of a purchase": TOKEN,
    "a token in something longer": f"store-1.{TOKEN}",
    "a card number": "4000000000009995",
    "a spelled card number": "4000-0000-0000-9995",
    "a key of Stripe": local.STRIPE_KEY,
    "the webhook's secret": local.WEBHOOK_SECRET,
    "a token": "eyJhbGciOiJIUzI1NiIsImtpZCI6ImxvY2FsIn0",
    "a key of the QR codes": local.QR_KEYS["local"],
    "a sentence": "I live in Tokyo",
    "a mail address": "hanako@example.com",
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("field", LOGGED_IDS)
def test_what_is_no_id_is_not_logged_in_the_place_of_one(field: str, secret: str) -> None:
    assert known_ids({field: SECRETS[secret]}) == {}


def test_no_code_whatever_is_logged_as_an_id() -> None:
    licence_codes = [written(secrets.randbits(5 * CODE_LETTERS), CODE_LETTERS) for _ in range(1_000)]
    for code in [*(new_code() for _ in range(1_000)), *licence_codes]:
        assert known_ids(dict.fromkeys(LOGGED_IDS, code)) == {}


@pytest.mark.parametrize("value", [None, 5, True, ["x"], {"x": 1}, "", "x" * 300 + "\n"])
def test_what_is_no_text_is_not_logged(value: Any) -> None:
    assert known_ids(dict.fromkeys(LOGGED_IDS, value)) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ticket_id", TICKET),
        ("chat_room_id", TICKET),
        ("payment_intent_id", "pi_3MtwBwLkdIwHu7ix28a3tqPa"),
        ("purchase_id", "p_" + "0123456789abcdef" * 2),
        ("device_id", "6f1c2b9e-8a41-4c1e-9d57-0b1f6f0f2a33"),
        ("imecon_id", "imecon-1"),
        ("store_id", "store-1"),
        ("target_id", "AbCdEfGhIjKlMnOpQrStUvWxYz12"),
        ("award_id", f"store-1.{NONCE}"),
        ("usage_id", f"{NONCE}_customer"),
        ("transaction_id", f"store-1.{NONCE}"),
        ("transaction_id", f"reversal.{NONCE}_customer"),
    ],
)
def test_the_ids_there_are_are_logged(field: str, value: str) -> None:
    assert known_ids({field: value, "client_secret": "x", "ticket_code": "y", "token": "z"}) == {
        LOGGED_IDS[field][0]: value
    }
