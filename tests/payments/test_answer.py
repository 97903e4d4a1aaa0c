"""What Stripe answered reads like the SDK's own object of it."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from payments.answer import Answer
from payments.objects import PaymentIntent

FIELDS: dict[str, Any] = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "requires_payment_method",
    "amount": 5000,
    "currency": "jpy",
    "amount_received": 0,
    "metadata": {"project": "demo-kippu", "ticket_id": "u.1"},
    "created": 1_800_000_000,
    "client_secret": "pi_1_secret_2",
    "cancellation_reason": None,
    "livemode": False,
    "last_payment_error": {"charge": "ch_0"},
    "latest_charge": {
        "id": "ch_1",
        "object": "charge",
        "amount": 5000,
        "amount_captured": 3000,
        "amount_refunded": 2500,
        "created": 1_800_000_001,
        "disputed": True,
        "payment_method_details": {"card": {"capture_before": 1_800_600_000}},
        "refunds": {"object": "list", "data": [{"id": "re_1", "object": "refund", "status": "pending"}]},
    },
}


def test_a_payment_is_the_same_by_the_sdks_object() -> None:
    by_sdk = PaymentIntent.from_stripe(stripe.PaymentIntent.construct_from(FIELDS, "sk_test_local"))
    assert PaymentIntent.from_stripe(Answer(FIELDS)) == by_sdk
    assert (by_sdk.refund_pending, by_sdk.disputed, by_sdk.declined) == (True, True, "ch_0")


def test_objects_within_it_are_read_alike() -> None:
    answer = Answer({"data": [{"id": "pi_1"}, "pi_2"], "has_more": False})
    assert [answer.data[0].id, answer.data[1]] == ["pi_1", "pi_2"]
    assert answer.has_more is False


def test_a_field_that_is_not_there_is_missed_as_the_sdk_does() -> None:
    answer = Answer({"id": "pi_1", "latest_charge": None})
    assert answer.latest_charge is None
    assert getattr(answer, "refunds", "absent") == "absent"
    with pytest.raises(AttributeError):
        _ = answer.refunds


def test_it_shows_nothing_of_what_it_holds() -> None:
    # It may hold a client secret, and what is printed may end up in a log.
    assert "secret" not in repr(Answer(FIELDS))
