"""Idempotency keys, on both backends."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from stripe import CardError, IdempotencyError, InvalidRequestError, RateLimitError, StripeClient

from .payment_intents import create, embedded, hold, intent_params


def test_the_same_request_gets_its_saved_answer(stripe: StripeClient) -> None:
    params, key = intent_params(), {"idempotency_key": uuid.uuid4().hex}
    first = stripe.v1.payment_intents.create(params, key)  # type: ignore[arg-type]
    stripe.v1.payment_intents.cancel(first.id)
    again = stripe.v1.payment_intents.create(params, key)  # type: ignore[arg-type]
    assert again.to_dict() == first.to_dict()
    assert first.last_response is not None
    assert again.last_response is not None
    assert "idempotent-replayed" not in first.last_response.headers
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert again.last_response.headers["original-request"] == first.last_response.request_id
    assert again.last_response.request_id != first.last_response.request_id


def test_a_key_belongs_to_its_parameters_and_endpoint(stripe: StripeClient) -> None:
    key = uuid.uuid4().hex
    intent = stripe.v1.payment_intents.create(intent_params(), {"idempotency_key": key})
    with pytest.raises(IdempotencyError) as refused:
        stripe.v1.payment_intents.create(intent_params(amount=6000), {"idempotency_key": key})
    assert refused.value.http_status == 400
    with pytest.raises(IdempotencyError):
        stripe.v1.payment_intents.cancel(intent.id, options={"idempotency_key": key})
    assert stripe.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"


def test_a_decline_is_saved(stripe: StripeClient) -> None:
    intent, key = create(stripe), uuid.uuid4().hex
    requests = set()
    for _ in range(2):
        with pytest.raises(CardError) as declined:
            stripe.v1.payment_intents.confirm(
                intent.id, {"payment_method": "pm_card_chargeDeclined"}, {"idempotency_key": key}
            )
        assert declined.value.headers is not None
        requests.add(declined.value.headers["original-request"])
    assert len(requests) == 1
    assert declined.value.headers is not None
    assert declined.value.headers["idempotent-replayed"] == "true"


def test_a_refusal_by_state_is_saved(stripe: StripeClient) -> None:
    intent, key = create(stripe), uuid.uuid4().hex
    with pytest.raises(InvalidRequestError):
        stripe.v1.payment_intents.capture(intent.id, options={"idempotency_key": key})
    stripe.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    with pytest.raises(InvalidRequestError) as replayed:
        stripe.v1.payment_intents.capture(intent.id, options={"idempotency_key": key})
    assert embedded(replayed).status == "requires_payment_method"


def test_a_validation_failure_is_not_saved(stripe: StripeClient) -> None:
    key = uuid.uuid4().hex
    with pytest.raises(InvalidRequestError):
        stripe.v1.payment_intents.create(intent_params(unknown="x"), {"idempotency_key": key})
    assert stripe.v1.payment_intents.create(intent_params(), {"idempotency_key": key}).amount == 5000


def test_simultaneous_requests_with_one_key_act_once(stripe: StripeClient) -> None:
    params, key = intent_params(), uuid.uuid4().hex

    def call(_: int) -> str:
        return stripe.v1.payment_intents.create(params, {"idempotency_key": key}).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(call, range(8)))) == 1


def test_of_simultaneous_capture_and_cancel_one_wins(stripe: StripeClient) -> None:
    for _ in range(3):
        intent = hold(stripe)
        with ThreadPoolExecutor(2) as pool:
            tried = (
                pool.submit(stripe.v1.payment_intents.capture, intent.id),
                pool.submit(stripe.v1.payment_intents.cancel, intent.id),
            )
        (won,) = [call.result().status for call in tried if call.exception() is None]
        (lost,) = [call.exception() for call in tried if call.exception() is not None]
        assert isinstance(lost, InvalidRequestError | RateLimitError)
        assert lost.error is not None
        assert lost.error.code in ("payment_intent_unexpected_state", "lock_timeout")
        assert stripe.v1.payment_intents.retrieve(intent.id).status == won
