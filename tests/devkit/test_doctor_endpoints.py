"""The simulator's webhook endpoints, which the doctor reads: made, changed and listed through the SDK as at Stripe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from devkit import local
from devkit.doctor.project import Unavailable
from devkit.doctor.stripe_account import StripeAccount
from devkit.stripe_sim import StripeSimulator
from entrypoints import domains

from .restricted_stripe import lacking

NOWHERE = "http://127.0.0.1:9/stripeWebhook"


@pytest.fixture
def sim() -> Iterator[StripeSimulator]:
    with StripeSimulator(api_keys=(local.STRIPE_KEY,)) as running:
        # Nothing leaves: what would be sent is only counted.
        running.webhooks("hold")
        yield running


@pytest.fixture
def endpoints(sim: StripeSimulator) -> Any:
    return stripe.StripeClient(local.STRIPE_KEY, base_addresses={"api": sim.url}).v1.webhook_endpoints


def sent(sim: StripeSimulator) -> list[tuple[str, str]]:
    return [(delivery["endpoint"], delivery["type"]) for delivery in sim.deliveries()]


def buy(sim: StripeSimulator) -> None:
    client = stripe.StripeClient(local.STRIPE_KEY, base_addresses={"api": sim.url})
    client.v1.payment_intents.create({"amount": 5000, "currency": "jpy", "capture_method": "manual", "metadata": {}})


def test_the_secret_is_shown_at_creation_only(endpoints: Any) -> None:
    made = endpoints.create({"url": NOWHERE, "enabled_events": ["charge.refunded"], "metadata": {"a": "b"}})
    assert made.secret.startswith("whsec_")
    found = endpoints.retrieve(made.id)
    assert "secret" not in found
    assert (found.object, found.status, found.url) == ("webhook_endpoint", "enabled", NOWHERE)
    assert (found.enabled_events, found.api_version, found.livemode) == (["charge.refunded"], None, False)
    assert found.metadata.to_dict() == {"a": "b"}


def test_an_endpoint_gets_the_types_it_is_subscribed_to_while_it_is_enabled(
    sim: StripeSimulator, endpoints: Any
) -> None:
    every = endpoints.create({"url": NOWHERE, "enabled_events": ["*"]})
    some = endpoints.create({"url": NOWHERE, "enabled_events": ["charge.refunded"]})
    buy(sim)
    assert sent(sim) == [(every.id, "payment_intent.created")]
    assert sim.events()[-1]["pending_webhooks"] == 1
    endpoints.update(some.id, {"enabled_events": ["payment_intent.created"]})
    endpoints.update(every.id, {"disabled": True})
    assert endpoints.retrieve(every.id).status == "disabled"
    buy(sim)
    assert sent(sim)[1:] == [(some.id, "payment_intent.created")]
    endpoints.delete(some.id)
    buy(sim)
    assert len(sent(sim)) == 2


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"enabled_events": ["*"]}, "url"),
        ({"url": NOWHERE}, "enabled_events"),
        ({"url": "shop.example/hook", "enabled_events": ["*"]}, "url"),
        ({"url": NOWHERE, "enabled_events": ["*"], "disabled": True}, "disabled"),
    ],
    ids=["no url", "no events", "no scheme", "an update's parameter"],
)
def test_what_stripe_refuses_is_refused(endpoints: Any, params: dict[str, Any], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        endpoints.create(params)
    assert caught.value.param == param


def test_a_version_is_fixed_at_creation(endpoints: Any) -> None:
    made = endpoints.create({"url": NOWHERE, "enabled_events": ["*"], "api_version": "2025-01-27.acacia"})
    assert made.api_version == "2025-01-27.acacia"
    with pytest.raises(stripe.InvalidRequestError, match="api_version"):
        endpoints.update(made.id, {"api_version": stripe.api_version})


def test_an_unknown_endpoint_is_missing(endpoints: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        endpoints.retrieve("we_unknown")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")


def test_the_doctor_reads_every_page(sim: StripeSimulator) -> None:
    for number in range(103):
        sim.add_webhook(f"{NOWHERE}/{number}", events=domains.event_types())
    found = StripeAccount(local.STRIPE_KEY, sim.url).endpoints()
    assert {endpoint.url for endpoint in found} == {f"{NOWHERE}/{number}" for number in range(103)}
    assert all(
        endpoint.enabled_events == list(domains.event_types()) and endpoint.status == "enabled" for endpoint in found
    )


def test_an_outage_of_stripe_says_nothing_about_the_key(sim: StripeSimulator) -> None:
    sim.fault("500", times=None)
    account = StripeAccount(local.STRIPE_KEY, sim.url)
    for ask in (lambda: account.key_problem(checkout=True), account.endpoints):
        with pytest.raises(Unavailable, match="Stripe does not answer"):
            ask()


def test_a_key_that_stripe_does_not_know_is_a_problem_and_not_an_outage(sim: StripeSimulator) -> None:
    account = StripeAccount("sk_test_other", sim.url)
    assert "does not know" in str(account.key_problem(checkout=True))
    with pytest.raises(Unavailable, match="does not accept"):
        account.endpoints()


RIGHTS = [
    ("GET", "/v1/payment_intents?", "list PaymentIntents"),
    ("GET", "data.latest_charge", "list PaymentIntents with their charges"),
    ("GET", "/v1/payment_intents/", "read PaymentIntents"),
    ("GET", "expand[0]=latest_charge", "read PaymentIntents"),
    ("POST", "/v1/payment_intents", "write PaymentIntents"),
    ("GET", "/v1/charges", "read Charges"),
    ("GET", "/v1/events", "read Events"),
    ("GET", "/v1/refunds", "read Refunds"),
    ("POST", "/v1/refunds", "write Refunds"),
    ("GET", "/v1/disputes", "read Disputes"),
]
RIGHTS_OF_CHECKOUT = [
    ("GET", "/v1/checkout/sessions?", "list Checkout Sessions"),
    ("GET", "data.payment_intent.latest_charge", "list Checkout Sessions"),
    ("GET", "/v1/checkout/sessions/", "read Checkout Sessions"),
    ("GET", "expand[0]=payment_intent.latest_charge", "read Checkout Sessions"),
    ("POST", "/v1/checkout/sessions", "write Checkout Sessions"),
]


@pytest.mark.parametrize(("method", "part", "right"), [*RIGHTS, *RIGHTS_OF_CHECKOUT])
def test_a_key_that_lacks_a_right_of_the_functions_is_a_problem(
    sim: StripeSimulator, method: str, part: str, right: str
) -> None:
    assert StripeAccount(local.STRIPE_KEY, sim.url).key_problem(checkout=True) is None
    with lacking(sim.url, method, part) as restricted:
        problem = StripeAccount(local.STRIPE_KEY, restricted).key_problem(checkout=True)
    assert problem is not None
    assert right in problem.removeprefix("it may not ").split(", ")


@pytest.mark.parametrize(("method", "part", "_"), RIGHTS_OF_CHECKOUT)
def test_what_only_pages_need_is_not_asked_of_a_key_where_none_are_sold(
    sim: StripeSimulator, method: str, part: str, _: str
) -> None:
    with lacking(sim.url, method, part) as restricted:
        assert StripeAccount(local.STRIPE_KEY, restricted).key_problem(checkout=False) is None


def test_a_key_that_may_not_refund_is_a_problem_wherever_something_is_sold(sim: StripeSimulator) -> None:
    with lacking(sim.url, "POST", "/v1/refunds") as restricted:
        assert StripeAccount(local.STRIPE_KEY, restricted).key_problem(checkout=False) == "it may not write Refunds"


def test_asking_for_the_rights_changes_nothing(sim: StripeSimulator) -> None:
    buy(sim)
    besides = {"request_counts": None, "now": None}
    before = sim.state() | besides
    assert StripeAccount(local.STRIPE_KEY, sim.url).key_problem(checkout=True) is None
    assert sim.state() | besides == before


def test_a_list_that_fails_in_another_way_is_no_right(sim: StripeSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def odd(*_: Any) -> None:
        raise stripe.InvalidRequestError("unexpected", "limit")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(stripe.EventService, "list", odd)
    with pytest.raises(Unavailable, match="InvalidRequestError"):
        StripeAccount(local.STRIPE_KEY, sim.url).key_problem(checkout=True)
