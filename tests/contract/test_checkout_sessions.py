"""Checkout Sessions as the API shows them, on both backends."""

from __future__ import annotations

import time
from typing import Any

import pytest
from stripe import IdempotencyError, InvalidRequestError, StripeClient

from .checkout_sessions import CANCEL, SUCCESS, line, open_session, session_params

HOUR = 3600


def test_a_new_session_waits_for_its_customer(stripe: StripeClient) -> None:
    session = open_session(stripe, locale="ja", submit_type="pay", metadata={"purchase_id": "p_1"})
    assert session.id.startswith("cs_test_")
    assert (session.status, session.payment_status, session.mode, session.ui_mode) == (
        "open",
        "unpaid",
        "payment",
        "hosted_page",
    )
    assert (session.amount_subtotal, session.amount_total, session.currency) == (3000, 3000, "jpy")
    assert (session.payment_intent, session.customer) == (None, None)
    assert "line_items" not in session.to_dict()
    assert (session.success_url, session.cancel_url) == (SUCCESS, CANCEL)
    assert (session.locale, session.submit_type) == ("ja", "pay")
    assert session.payment_method_types == ["card"]
    assert session.adaptive_pricing is not None
    assert session.adaptive_pricing.enabled is False
    assert session.metadata is not None
    assert session.metadata.to_dict() == {"purchase_id": "p_1"}
    assert session.url is not None
    assert session.url.startswith("http")
    assert session.expires_at - session.created == 24 * HOUR
    assert stripe.v1.checkout.sessions.retrieve(session.id).to_dict() == session.to_dict()


def test_lines_are_shown_when_asked_for(stripe: StripeClient) -> None:
    session = open_session(stripe, line_items=[line(3000), line(100, 2, "Day pass", tax_behavior="inclusive")])
    assert session.amount_total == 3200
    listed = stripe.v1.checkout.sessions.line_items.list(session.id).data
    assert [(item.description, item.quantity, item.amount_total, item.currency) for item in listed] == [
        ("Licence", 1, 3000, "jpy"),
        ("Day pass", 2, 200, "jpy"),
    ]
    assert listed[1].price is not None
    assert (listed[1].price.unit_amount, listed[1].price.type, listed[1].price.tax_behavior) == (
        100,
        "one_time",
        "inclusive",
    )
    first = stripe.v1.checkout.sessions.line_items.list(session.id, {"limit": 1})
    assert (first.data[0].id, first.has_more) == (listed[0].id, True)
    rest = stripe.v1.checkout.sessions.line_items.list(session.id, {"starting_after": first.data[0].id})
    assert ([item.id for item in rest.data], rest.has_more) == ([listed[1].id], False)
    expanded = stripe.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]}).line_items
    assert expanded is not None
    assert [item.id for item in expanded.data] == [item.id for item in listed]


def test_only_an_open_session_can_be_expired(stripe: StripeClient) -> None:
    session = open_session(stripe)
    expired = stripe.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.payment_status, expired.url) == ("expired", "unpaid", None)
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.checkout.sessions.expire(session.id)
    assert refused.value.http_status == 400
    assert refused.value.error is not None
    assert refused.value.error.type == "invalid_request_error"


def test_sessions_are_listed_by_customer_status_and_time(stripe: StripeClient) -> None:
    customer = stripe.v1.customers.create({"email": "buyer@example.com"}).id
    first, second, third = (open_session(stripe, customer=customer) for _ in range(3))
    stripe.v1.checkout.sessions.expire(second.id)

    def listed(**params: Any) -> set[str]:
        wanted: Any = {"customer": customer, **params}
        return {session.id for session in stripe.v1.checkout.sessions.list(wanted).data}

    assert listed() == {first.id, second.id, third.id}
    assert listed(status="open") == {first.id, third.id}
    assert listed(status="expired") == {second.id}
    assert listed(status="complete") == set()
    assert listed(created={"gte": first.created}) == {first.id, second.id, third.id}
    assert listed(created={"lt": first.created}) == set()
    page = stripe.v1.checkout.sessions.list({"customer": customer, "limit": 2})
    assert (len(page.data), page.has_more) == (2, True)
    assert len(listed(starting_after=page.data[-1].id)) == 1


def test_a_session_is_found_by_the_address_of_its_customer(stripe: StripeClient) -> None:
    email = f"buyer-{time.time_ns()}@example.com"
    session = open_session(stripe, customer_email=email)
    assert session.customer_email == email
    found = stripe.v1.checkout.sessions.list({"customer_details": {"email": email}}).data
    assert [each.id for each in found] == [session.id]


def test_a_replayed_create_answers_with_the_first_body(stripe: StripeClient) -> None:
    params, key = session_params(), {"idempotency_key": f"key-{time.time_ns()}"}
    first = stripe.v1.checkout.sessions.create(params, key)  # type: ignore[arg-type]
    stripe.v1.checkout.sessions.expire(first.id)
    again = stripe.v1.checkout.sessions.create(params, key)  # type: ignore[arg-type]
    assert (again.id, again.status, again.url) == (first.id, "open", first.url)
    with pytest.raises(IdempotencyError):
        stripe.v1.checkout.sessions.create(session_params(), key)  # type: ignore[arg-type]


def test_a_customer_has_one_address(stripe: StripeClient) -> None:
    customer = stripe.v1.customers.create({"email": "buyer@example.com"}).id
    with pytest.raises(InvalidRequestError) as refused:
        open_session(stripe, customer=customer, customer_email="other@example.com")
    assert refused.value.http_status == 400


@pytest.mark.parametrize("minutes", [31, 24 * 60 - 1])
def test_a_session_ends_when_it_was_told_to(stripe: StripeClient, minutes: int) -> None:
    ends = int(time.time()) + minutes * 60
    assert open_session(stripe, expires_at=ends).expires_at == ends


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 1])
def test_a_session_cannot_end_sooner_or_later(stripe: StripeClient, minutes: int) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        open_session(stripe, expires_at=int(time.time()) + minutes * 60)
    assert (refused.value.http_status, refused.value.param) == (400, "expires_at")


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"amount": 3000}, "parameter_unknown", "amount"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({"line_items": None}, "parameter_missing", "line_items"),
        ({"success_url": "shop"}, "url_invalid", "success_url"),
        ({"cancel_url": "javascript:alert(1)"}, "url_invalid", "cancel_url"),
        ({"line_items": [line("99.5")]}, "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"),
        ({"line_items": [line(name="")]}, "parameter_invalid_empty", "line_items[0][price_data][product_data][name]"),
        ({"line_items": [{**line(), "colour": "red"}]}, "parameter_unknown", "line_items[0][colour]"),
        ({"line_items": [{"price": "price_absent", "quantity": 1}]}, "resource_missing", "line_items[0][price]"),
        ({"payment_intent_data": {"amount": 3000}}, "parameter_unknown", "payment_intent_data[amount]"),
        ({"customer": "cus_absent"}, "resource_missing", "customer"),
    ],
)
def test_bad_parameters_are_named(stripe: StripeClient, changes: dict[str, Any], code: str, param: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        open_session(stripe, **changes)
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_method_types": ["card"]},
        {"ui_mode": "hosted"},
        {"mode": "purchase"},
        {"allowed_payment_method_types": ["barter"]},
        {"allowed_payment_method_types": ["konbini"], "line_items": [line(119)]},
        {"allowed_payment_method_types": ["konbini"], "line_items": [line(300_001)]},
        {"payment_method_options": {"konbini": {"expires_after_days": 61}}},
        {"line_items": [line(49)]},
        {"line_items": [line(60), line(3000, currency="usd")]},
        {"line_items": [line(quantity=0)]},
        {"line_items": [line(3000, unit_amount_decimal="3000")]},
        {"line_items": [{"price_data": {"currency": "jpy", "product_data": {"name": "Licence"}}, "quantity": 1}]},
        {"line_items": [line(60)] * 101},
        {"client_reference_id": "x" * 201},
        {"locale": "tlh"},
        {"submit_type": "take"},
        {"return_url": "https://shop.example.com"},
        {"discounts": [{"coupon": "absent"}]},
        {"metadata": {"k" * 41: "x"}},
    ],
)
def test_what_no_session_can_have_is_refused(stripe: StripeClient, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        open_session(stripe, **changes)
    assert refused.value.http_status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"after_expiration": {"recovery": {"enabled": False}}},
        {"billing_address_collection": "auto"},
        {"custom_text": {"submit": {"message": "Thank you"}}},
        {"origin_context": "mobile_app"},
        {"payment_intent_data": {"description": "A licence", "statement_descriptor_suffix": "KIPPU"}},
        {"payment_method_options": {"card": {"request_three_d_secure": "any"}}},
        {"phone_number_collection": {"enabled": False}},
        {"ui_mode": "hosted_page"},
        {"line_items": [line(60)] * 100},
    ],
)
def test_documented_parameters_are_accepted(stripe: StripeClient, changes: dict[str, Any]) -> None:
    assert open_session(stripe, **changes).status == "open"


def test_an_unknown_session_is_404(stripe: StripeClient) -> None:
    sessions = stripe.v1.checkout.sessions
    calls: list[Any] = [sessions.retrieve, sessions.expire, sessions.line_items.list]
    for call in calls:
        with pytest.raises(InvalidRequestError) as missing:
            call("cs_test_absent")
        assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
