"""Who created an object at Stripe, as its metadata says."""

from __future__ import annotations

from typing import Any

import pytest
import stripe
from google.cloud import firestore

from payments import origin
from payments.origin import Origin

OURS = "demo-kippu"


def payment(metadata: Any) -> stripe.PaymentIntent:
    fields = {"id": "pi_1", "object": "payment_intent", "metadata": metadata}
    return stripe.PaymentIntent.construct_from(fields, "sk_test_local")


@pytest.mark.parametrize(
    ("metadata", "project", "domain", "ours"),
    [
        ({"project": OURS, "ticket_id": "u.1"}, OURS, "consultation", True),
        ({"project": OURS, "domain": "checkout"}, OURS, "checkout", True),
        ({"project": "another", "domain": "checkout"}, "another", "checkout", False),
        ({}, "", "consultation", False),
        (None, "", "consultation", False),
    ],
)
def test_an_origin(references: firestore.Client, metadata: Any, project: str, domain: str, ours: bool) -> None:
    found = Origin.of(payment(metadata))
    assert (found.project, found.domain, found.ours) == (project, domain, ours)


@pytest.mark.parametrize("domain", ["consultation", "checkout"])
def test_what_is_created_says_where_it_comes_from(references: firestore.Client, domain: str) -> None:
    metadata = origin.metadata(domain, {"id": "1"})
    found = Origin.of(payment(metadata))
    assert (found.ours, found.domain, found.metadata["id"]) == (True, domain, "1")
    assert ("domain" in metadata) is (domain != "consultation")
