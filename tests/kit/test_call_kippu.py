"""callKippu, and every action above it: whatever a call comes to, there is an answer with a text for the screen."""

from __future__ import annotations

from typing import Any

import pytest

from devkit.stripe_sim.errors import Json
from tests.kit.conftest import Phones
from tests.support.driver import Driver
from tests.support.kit_phone import REASONS_OF_CODES, STRANGE_ANSWERS, THROWN_BY_CALLS, KitPhone

# Each ends without asking a function, or is no question.
NO_CALLS = {"initStripe", "useLocalKippu", "followDevice", "sendMessage", "showPaymentSheet", "finishEventOrder"}
FUNCTIONS = {"cancelReasonText", "doorText", "guidanceText", "newRequestId", "roomRef"}
SAMPLES: dict[str, Any] = {"String": "x", "int": 1, "bool": True, "dynamic": {}}
CALLABLES = {
    "abandonEventOrder": "abandonOrder",
    "acceptPoints": "awardPoints",
    "admitTicket": "validateTicket",
    "buyConsultation": "createPaymentIntent",
    "buyEventTickets": "purchaseTicket",
    "cancelConsultation": "cancelPaymentIntent",
    "declinePoints": "declinePointAward",
    "deleteMyAccount": "deleteAccount",
    "findEvents": "searchEvents",
    "getEvent": "getEventDetails",
    "getSeats": "getSeatMap",
    "myEventTickets": "getUserTickets",
    "offerPoints": "requestPointAward",
    "openCheckout": "createCheckoutSession",
    "payEventOrder": "payOrder",
    "payWithPoints": "usePoints",
    "readCode": "verifySecureQR",
    "redeemCode": "redeemTicketCode",
    "returnEventTicket": "cancelTicket",
    "scanTicket": "validateTicket",
    "withdrawTransfer": "offerTransfer",
}
"""What an action calls first, where its name is another."""


def calling_actions(phone: KitPhone) -> dict[str, list[Any]]:
    """Every action that begins with a call of a function, with arguments that it takes."""
    arguments = {name: [SAMPLES.get(type_) for type_ in types] for name, types in phone.actions().items()}
    found = {name: given for name, given in arguments.items() if name not in NO_CALLS | FUNCTIONS}
    assert len(found) > 25
    return found | {"callKippu": ["deleteAccount", {}]}


def callable_of(action: str, given: list[Any]) -> str:
    return str(given[0]) if action == "callKippu" else CALLABLES.get(action, action)


def told(answer: Any) -> tuple[str, str]:
    """The reason and the text of an answer that is no success."""
    if "outcome" in answer:
        assert answer["outcome"] in ("failed", "checking"), answer
        return answer.get("reason", ""), answer["message"]
    assert answer["ok"] is False
    assert answer["error"].keys() == {"status", "reason", "message", "details"}
    return answer["error"]["reason"], answer["error"]["message"]


def test_without_a_network_every_action_says_so(phones: Phones) -> None:
    phone = phones("hanako")
    phone.network(up=False)
    for action, given in calling_actions(phone).items():
        reason, message = told(phone.call(action, *given))
        assert (reason, bool(message)) == ("UNREACHABLE", True), action


def test_whatever_a_call_throws_every_action_answers_with_a_text(phones: Phones) -> None:
    phone = phones("hanako")
    for action, given in calling_actions(phone).items():
        for what, code in THROWN_BY_CALLS:
            phone.throws(callable_of(action, given), what, code)
            reason, message = told(phone.call(action, *given))
            assert reason == REASONS_OF_CODES.get(code, "UNREACHABLE"), (action, what, code)
            assert message, (action, what, code)


def test_whatever_is_answered_every_action_has_an_answer_of_its_own(phones: Phones) -> None:
    phone = phones("hanako")
    for action, given in calling_actions(phone).items():
        for strange in STRANGE_ANSWERS:
            phone.order(callable_of(action, given), {"answers": strange})
            answer = phone.call(action, *given)
            assert told(answer)[1], (action, strange)
        phone.order(callable_of(action, given), {"answers": {"ok": True}})
        assert isinstance(phone.call(action, *given), dict), action


def test_nobody_signed_in_is_asked_to_sign_in_by_every_action(phones: Phones) -> None:
    phone = phones("hanako")
    phone.sign_out()
    for action, given in calling_actions(phone).items():
        # What is asked is looked at after who asks.
        reason, message = told(phone.call(action, *given))
        assert (reason, bool(message)) == ("UNAUTHENTICATED", True), action


def test_a_call_that_never_comes_back_ends_every_action(phones: Phones) -> None:
    phone = phones("hanako")
    for action, given in calling_actions(phone).items():
        phone.order(callable_of(action, given), "never answers")
        reason, message = told(phone.after_its_time(phone.begin(action, *given)))
        assert (reason, bool(message)) == ("UNREACHABLE", True), action


def test_a_refusal_keeps_its_reason_message_and_details(phones: Phones, driver: Driver) -> None:
    answer = phones("hanako").call("callKippu", "createPaymentIntent", {"imeconId": "imecon-1", "amount": 1})
    error = answer["error"]
    assert (answer["ok"], error["reason"], error["status"]) == (False, "AMOUNT_MISMATCH", "FAILED_PRECONDITION")
    assert error["details"]["amount"] == 5000
    assert error["message"]


def test_an_unknown_function_is_no_crash(phones: Phones) -> None:
    answer = phones("hanako").call("callKippu", "noSuchFunction", {})
    assert (answer["ok"], bool(answer["error"]["message"])) == (False, True)


@pytest.mark.parametrize("data", ["text", 5, [1], True])
def test_data_that_is_no_object_is_refused_on_the_phone(phones: Phones, data: object) -> None:
    answer = phones("hanako").call("callKippu", "createPaymentIntent", data)
    assert (answer["ok"], answer["error"]["reason"]) == (False, "INVALID_ARGUMENT")


def test_on_the_web_whole_numbers_come_as_integers(phones: Phones) -> None:
    phone = phones("hanako")
    phone.platform("web")
    phone.order(
        "getDevice", {"answers": {"ok": True, "whole": 5000, "part": 0.5, "list": [{"deep": -3}], "huge": 1e300}}
    )
    answer: Json = phone.call("callKippu", "getDevice", {})
    assert repr([answer["whole"], answer["part"], answer["list"]]) == "[5000, 0.5, [{'deep': -3}]]"
    assert answer["huge"] == 1e300
