"""Errors, lists, customers, refunds and events, on both backends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from stripe import AuthenticationError, InvalidRequestError, StripeClient

from .payment_intents import create, events_about, hold, intent_params


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"amount": "many"}, "parameter_invalid_integer", "amount"),
        ({"amount": "49.5"}, "parameter_invalid_integer", "amount"),
        ({"amuont": 5000}, "parameter_unknown", "amuont"),
        ({"customer": "cus_absent"}, "resource_missing", "customer"),
        ({"payment_method": "pm_absent"}, "resource_missing", "payment_method"),
        ({"description": ""}, "parameter_invalid_empty", "description"),
    ],
)
def test_bad_parameters_are_named(stripe: StripeClient, changes: dict[str, Any], code: str, param: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        create(stripe, **changes)
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)
    assert refused.value.request_id is not None


def test_a_missing_parameter_is_named(stripe: StripeClient) -> None:
    params = intent_params()
    del params["currency"]
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.payment_intents.create(params)
    assert (refused.value.code, refused.value.param) == ("parameter_missing", "currency")


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "zzz"},
        {"capture_method": "later"},
        {"metadata": {f"key-{number}": "x" for number in range(51)}},
        {"metadata": {"k" * 41: "x"}},
        {"metadata": {"key": "x" * 501}},
    ],
)
def test_values_outside_their_limits_are_refused(stripe: StripeClient, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        create(stripe, **changes)
    assert refused.value.http_status == 400


def test_metadata_up_to_its_limits_is_kept(stripe: StripeClient) -> None:
    metadata = {f"{number:02}".ljust(40, "k"): "v" * 500 for number in range(50)}
    assert create(stripe, metadata=metadata).metadata.to_dict() == metadata


def test_only_documented_cancellation_reasons_are_accepted(stripe: StripeClient) -> None:
    intent = create(stripe)
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "automatic"})
    assert refused.value.param == "cancellation_reason"
    assert stripe.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"


def test_an_unknown_id_is_404(stripe: StripeClient) -> None:
    intents = stripe.v1.payment_intents
    calls: tuple[Callable[[str], Any], ...] = (intents.retrieve, intents.capture, stripe.v1.charges.retrieve)
    for call in calls:
        with pytest.raises(InvalidRequestError) as missing:
            call("pi_absent")
        assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")


def test_an_unknown_key_is_401(stripe: StripeClient) -> None:
    with pytest.raises(AuthenticationError) as refused:
        stripe.v1.payment_intents.list(options={"api_key": "sk_test_unknown"})
    assert refused.value.http_status == 401


def test_lists_page_in_both_directions(stripe: StripeClient) -> None:
    customer = stripe.v1.customers.create({"email": "buyer@example.com"}).id
    made = [create(stripe, customer=customer).id for _ in range(5)]
    newest_first = made[::-1]

    def page(**params: Any) -> tuple[list[str], bool]:
        wanted: Any = {"customer": customer, **params}
        found = stripe.v1.payment_intents.list(wanted)
        return [intent.id for intent in found.data], found.has_more

    def in_order(ids: list[str]) -> list[str]:
        # Intents of one second have no promised order at Stripe; the sets must still partition.
        return sorted(ids)

    first, more = page(limit=2)
    second, still_more = page(limit=2, starting_after=first[-1])
    third, no_more = page(limit=2, starting_after=second[-1])
    assert in_order(first + second + third) == in_order(newest_first)
    assert (len(first), len(second), len(third)) == (2, 2, 1)
    assert (more, still_more, no_more) == (True, True, False)
    assert page(limit=2, ending_before=third[0])[0] == second
    everything = stripe.v1.payment_intents.list({"customer": customer, "limit": 2}).auto_paging_iter()
    assert [intent.id for intent in everything] == first + second + third


def test_lists_filter_by_creation_time(stripe: StripeClient) -> None:
    customer = stripe.v1.customers.create({}).id
    intent = create(stripe, customer=customer)

    def found(**created: int) -> list[str]:
        wanted: Any = {"customer": customer, "created": created}
        page = stripe.v1.payment_intents.list(wanted)
        return [item.id for item in page.data]

    assert found(gte=intent.created, lte=intent.created) == [intent.id]
    assert found(gt=intent.created) == []
    assert found(lt=intent.created) == []


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"starting_after": "pi_absent"}])
def test_bad_paging_is_refused(stripe: StripeClient, params: Any) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.payment_intents.list(params)
    assert refused.value.http_status == 400


def test_a_customer_is_kept(stripe: StripeClient) -> None:
    made = stripe.v1.customers.create({"email": "buyer@example.com", "metadata": {"uid": "u-1"}})
    read = stripe.v1.customers.retrieve(made.id)
    assert (read.email, read.id) == ("buyer@example.com", made.id)
    assert read.metadata is not None
    assert read.metadata["uid"] == "u-1"
    intent = stripe.v1.payment_intents.retrieve(create(stripe, customer=made.id).id, {"expand": ["customer"]})
    assert intent.customer == read


def test_refunds_are_bounded_by_what_was_captured(stripe: StripeClient) -> None:
    intent = stripe.v1.payment_intents.capture(hold(stripe).id)
    refunds = stripe.v1.refunds
    first = refunds.create({"payment_intent": intent.id, "amount": 2000, "reason": "requested_by_customer"})
    assert (first.status, first.amount, first.payment_intent) == ("succeeded", 2000, intent.id)
    with pytest.raises(InvalidRequestError):
        refunds.create({"payment_intent": intent.id, "amount": 3001})
    rest = refunds.create({"payment_intent": intent.id})
    assert rest.amount == 3000
    with pytest.raises(InvalidRequestError) as refused:
        refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_already_refunded"
    assert {item.id for item in refunds.list({"payment_intent": intent.id}).data} == {first.id, rest.id}
    assert refunds.retrieve(first.id).amount == 2000
    assert isinstance(intent.latest_charge, str)
    charge = stripe.v1.charges.retrieve(intent.latest_charge)
    assert (charge.refunded, charge.amount_refunded) == (True, 5000)


def test_a_hold_cannot_be_refunded(stripe: StripeClient) -> None:
    intent = hold(stripe)
    with pytest.raises(InvalidRequestError):
        stripe.v1.refunds.create({"payment_intent": intent.id})
    assert stripe.v1.payment_intents.retrieve(intent.id).status == "requires_capture"


def test_events_show_each_step_of_a_payment(stripe: StripeClient) -> None:
    intent = hold(stripe)
    captured = stripe.v1.payment_intents.capture(intent.id)
    expected = {
        "payment_intent.created": "requires_payment_method",
        "payment_intent.amount_capturable_updated": "requires_capture",
        "payment_intent.succeeded": "succeeded",
    }
    events = events_about(stripe, intent.id, intent.created, set(expected))
    for kind, status in expected.items():
        assert events[kind].data.object.status == status
        assert events[kind].livemode is False
    succeeded = events["payment_intent.succeeded"]
    assert captured.last_response is not None
    assert succeeded.request is not None
    assert succeeded.request.id == captured.last_response.request_id
    assert stripe.v1.events.retrieve(succeeded.id).type == "payment_intent.succeeded"
