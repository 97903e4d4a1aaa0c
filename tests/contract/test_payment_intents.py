"""The life of a PaymentIntent, on both backends."""

from __future__ import annotations

import time
from typing import Any

import pytest
from stripe import CardError, Charge, InvalidRequestError, StripeClient

from .payment_intents import create, embedded, error_of, hold

DAY = 86_400


def test_a_new_intent_waits_for_a_card(stripe: StripeClient) -> None:
    intent = create(stripe, description="DM consultation", metadata={"ticket_id": "t-1"})
    assert intent.status == "requires_payment_method"
    assert (intent.amount, intent.currency, intent.capture_method) == (5000, "jpy", "manual")
    assert (intent.amount_capturable, intent.amount_received) == (0, 0)
    assert intent.automatic_payment_methods is None
    assert intent.payment_method_types == ["card"]
    assert intent.client_secret is not None
    assert intent.client_secret.startswith(f"{intent.id}_secret_")
    assert intent.next_action is None
    assert intent.latest_charge is None
    assert intent.livemode is False
    assert abs(intent.created - time.time()) < DAY
    read = stripe.v1.payment_intents.retrieve(intent.id)
    assert read.to_dict() == intent.to_dict()
    assert read.metadata["ticket_id"] == "t-1"


def test_a_good_card_places_a_hold(stripe: StripeClient) -> None:
    intent = hold(stripe)
    assert intent.status == "requires_capture"
    assert (intent.amount_capturable, intent.amount_received) == (5000, 0)
    read = stripe.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    charge = read.latest_charge
    assert isinstance(charge, Charge)
    assert charge.id == intent.latest_charge
    assert (charge.captured, charge.paid, charge.status) == (False, True, "succeeded")
    assert charge.payment_intent == intent.id
    assert charge.payment_method_details is not None
    card = charge.payment_method_details.card
    assert card is not None
    assert card.amount_authorized == 5000
    assert card.capture_before is not None
    assert card.capture_before - charge.created >= 4 * DAY
    assert stripe.v1.charges.retrieve(charge.id).amount == 5000


def test_create_with_confirm_places_a_hold_in_one_call(stripe: StripeClient) -> None:
    intent = create(stripe, payment_method="pm_card_visa", confirm=True)
    assert intent.status == "requires_capture"


def test_a_card_given_at_creation_waits_for_confirmation(stripe: StripeClient) -> None:
    intent = create(stripe, payment_method="pm_card_visa")
    assert intent.status == "requires_confirmation"
    assert isinstance(intent.payment_method, str)
    assert intent.payment_method != "pm_card_visa"
    assert stripe.v1.payment_intents.confirm(intent.id).status == "requires_capture"


def test_automatic_capture_succeeds_at_once(stripe: StripeClient) -> None:
    intent = hold(stripe, capture_method="automatic")
    assert intent.status == "succeeded"
    assert intent.amount_received == 5000


@pytest.mark.parametrize(("given", "received"), [(None, 5000), (5000, 5000), (3000, 3000)])
def test_capture_takes_all_or_a_part(stripe: StripeClient, given: int | None, received: int) -> None:
    intent = hold(stripe)
    params: Any = {"expand": ["latest_charge"]}
    if given is not None:
        params["amount_to_capture"] = given
    captured = stripe.v1.payment_intents.capture(intent.id, params)
    assert captured.status == "succeeded"
    assert (captured.amount, captured.amount_received, captured.amount_capturable) == (5000, received, 0)
    charge = captured.latest_charge
    assert isinstance(charge, Charge)
    assert (charge.captured, charge.amount_captured) == (True, received)
    assert charge.amount_refunded == 5000 - received


def test_capturing_too_much_is_refused_and_the_hold_stays(stripe: StripeClient) -> None:
    intent = hold(stripe)
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.payment_intents.capture(intent.id, {"amount_to_capture": 5001})
    assert refused.value.http_status == 400
    assert refused.value.param == "amount_to_capture"
    assert stripe.v1.payment_intents.retrieve(intent.id).status == "requires_capture"


def test_cancel_gives_a_hold_back(stripe: StripeClient) -> None:
    intent = hold(stripe)
    canceled = stripe.v1.payment_intents.cancel(
        intent.id, {"cancellation_reason": "requested_by_customer", "expand": ["latest_charge"]}
    )
    assert canceled.status == "canceled"
    assert canceled.cancellation_reason == "requested_by_customer"
    assert canceled.canceled_at is not None
    assert canceled.amount_capturable == 0
    assert isinstance(canceled.latest_charge, Charge)
    assert canceled.latest_charge.captured is False
    assert canceled.latest_charge.amount_refunded == 5000


def test_cancel_is_allowed_in_each_documented_status(stripe: StripeClient) -> None:
    waiting = {
        "requires_payment_method": create(stripe),
        "requires_confirmation": create(stripe, payment_method="pm_card_visa"),
        "requires_action": hold(stripe, "pm_card_authenticationRequired"),
        "requires_capture": hold(stripe),
    }
    for status, intent in waiting.items():
        assert intent.status == status
        canceled = stripe.v1.payment_intents.cancel(intent.id)
        assert (canceled.status, canceled.cancellation_reason) == ("canceled", None)


def test_a_wrong_status_is_refused_with_the_intent_embedded(stripe: StripeClient) -> None:
    captured = stripe.v1.payment_intents.capture(hold(stripe).id)
    canceled = stripe.v1.payment_intents.cancel(create(stripe).id)
    fresh = create(stripe)
    intents = stripe.v1.payment_intents
    for refuse, intent in (
        (intents.capture, captured),
        (intents.cancel, captured),
        (intents.capture, canceled),
        (intents.cancel, canceled),
        (intents.capture, fresh),
        (intents.confirm, fresh),
    ):
        with pytest.raises(InvalidRequestError) as refused:
            refuse(intent.id)
        assert (refused.value.http_status, refused.value.code) == (400, "payment_intent_unexpected_state")
        assert (embedded(refused).id, embedded(refused).status) == (intent.id, intent.status)


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ],
)
def test_a_declined_card_can_be_replaced(stripe: StripeClient, card: str, code: str, decline_code: str) -> None:
    intent = create(stripe)
    with pytest.raises(CardError) as declined:
        stripe.v1.payment_intents.confirm(intent.id, {"payment_method": card})
    error = declined.value
    assert (error.http_status, error.code) == (402, code)
    assert error_of(declined).decline_code == decline_code
    assert embedded(declined).status == "requires_payment_method"
    read = stripe.v1.payment_intents.retrieve(intent.id)
    assert read.status == "requires_payment_method"
    assert read.last_payment_error is not None
    assert read.last_payment_error.code == code
    assert read.last_payment_error.decline_code == decline_code
    assert read.payment_method is None
    assert isinstance(read.latest_charge, str)
    failed = stripe.v1.charges.retrieve(read.latest_charge)
    assert (failed.status, failed.paid, failed.failure_code) == ("failed", False, code)
    again = stripe.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_mastercard"})
    assert (again.status, again.last_payment_error) == ("requires_capture", None)


@pytest.mark.parametrize("card", ["pm_card_authenticationRequired", "pm_card_threeDSecure2Required"])
def test_a_card_with_3d_secure_asks_for_action(stripe: StripeClient, card: str) -> None:
    intent = hold(stripe, card)
    assert intent.status == "requires_action"
    assert intent.next_action is not None
    assert intent.next_action.type == "use_stripe_sdk"
    assert intent.amount_capturable == 0


def test_with_a_return_url_the_action_is_a_redirect(stripe: StripeClient) -> None:
    intent = stripe.v1.payment_intents.confirm(
        create(stripe).id,
        {"payment_method": "pm_card_authenticationRequired", "return_url": "https://example.com/back"},
    )
    assert intent.next_action is not None
    assert intent.next_action.type == "redirect_to_url"
    assert intent.next_action.redirect_to_url is not None
    assert intent.next_action.redirect_to_url.return_url == "https://example.com/back"


def test_an_absent_customer_is_declined_for_authentication(stripe: StripeClient) -> None:
    with pytest.raises(CardError) as declined:
        create(stripe, payment_method="pm_card_authenticationRequired", confirm=True, off_session=True)
    assert declined.value.code == "authentication_required"


def test_the_parameter_that_endive_removed_is_refused(stripe: StripeClient) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        create(stripe, payment_method_types=["card"])
    assert (refused.value.http_status, refused.value.code) == (400, "payment_method_types_no_longer_supported")
