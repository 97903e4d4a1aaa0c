"""What a PaymentIntent says of its money, by its charge as Stripe shows it."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from payments.objects import PaymentIntent


def fact(status: str, received: int, charge: dict[str, Any] | str | None) -> PaymentIntent:
    """A PaymentIntent of 5,000 JPY."""
    fields = {
        "id": "pi_1",
        "object": "payment_intent",
        "status": status,
        "amount": 5000,
        "currency": "jpy",
        "amount_received": received,
        "metadata": {},
        "created": 1_800_000_000,
        "latest_charge": charge,
    }
    return PaymentIntent.from_stripe(stripe.PaymentIntent.construct_from(fields, "sk_test_local"))


def charge(captured: int, refunded: int, **more: Any) -> dict[str, Any]:
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 5000,
        "amount_captured": captured,
        "amount_refunded": refunded,
        "created": 1_800_000_000,
        "disputed": False,
        **more,
    }


CASES: dict[str, tuple[PaymentIntent, int, bool, bool]] = {
    "captured whole": (fact("succeeded", 5000, charge(5000, 0)), 0, False, False),
    "captured in part": (fact("succeeded", 3000, charge(3000, 2000)), 0, False, False),
    "captured in part, partly refunded": (fact("succeeded", 3000, charge(3000, 3000)), 1000, False, False),
    "captured in part, all refunded": (fact("succeeded", 3000, charge(3000, 5000)), 3000, True, True),
    "refunded whole": (fact("succeeded", 5000, charge(5000, 5000)), 5000, True, True),
    "refunded, which failed": (fact("succeeded", 5000, charge(5000, 0)), 0, False, False),
    "held": (fact("requires_capture", 0, charge(0, 0)), 0, False, False),
    "lapsed": (fact("canceled", 0, charge(0, 5000)), 0, False, True),
    "voided": (fact("canceled", 0, "ch_1"), 0, False, True),
    "told without its charge": (fact("succeeded", 5000, "ch_1"), 0, False, False),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_given_back_of_what_was_captured(name: str) -> None:
    found, refunded, given_back, at_rest = CASES[name]
    assert (found.amount_refunded, found.given_back, found.at_rest) == (refunded, given_back, at_rest)


@pytest.mark.parametrize(
    ("statuses", "pending"),
    [
        ([], False),
        (["succeeded", "failed", "canceled"], False),
        (["succeeded", "pending"], True),
        (["requires_action"], True),
    ],
)
def test_a_refund_may_be_under_way(statuses: list[str], pending: bool) -> None:
    refunds = {"object": "list", "data": [{"object": "refund", "status": status} for status in statuses]}
    assert fact("succeeded", 5000, charge(5000, 0, refunds=refunds)).refund_pending is pending


def test_without_its_refunds_none_is_known_to_be_under_way() -> None:
    assert fact("succeeded", 5000, charge(5000, 1000)).refund_pending is False
