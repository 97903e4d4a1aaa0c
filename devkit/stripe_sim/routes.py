"""The endpoints of the API: which handler and which parameters belong to a method and path."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from devkit.stripe_sim import (
    disputes,
    endpoints,
    intent_updates,
    intents,
    objects,
    refunds,
    session_specs,
    sessions,
    specs,
)
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.errors import ApiError, Json, invalid_parameter
from devkit.stripe_sim.events import Origin
from devkit.stripe_sim.params import Spec
from devkit.stripe_sim.webhooks import WebhookDispatcher

_SERVER_ONLY_FIELDS = (
    "amount_capturable",
    "amount_received",
    "application",
    "application_fee_amount",
    "customer",
    "latest_charge",
    "metadata",
    "on_behalf_of",
    "review",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
)
"""What a publishable key does not get to see of a PaymentIntent."""


@dataclass(frozen=True)
class Call:
    """One request to execute: the id in its path, its validated parameters and where it comes from."""

    object_id: str
    params: Json
    origin: Origin
    publishable: bool = False


Handler = Callable[[Account, WebhookDispatcher, Call], Json]


@dataclass(frozen=True)
class Route:
    """An endpoint; `publishable` marks those a client may call with a PaymentIntent's client secret."""

    method: str
    template: str
    spec: Spec
    handler: Handler
    required: tuple[str, ...] = ()
    publishable: bool = False

    @property
    def name(self) -> str:
        """Such as `POST /v1/payment_intents/{id}/capture`."""
        return f"{self.method} {self.template}"

    def match(self, method: str, path: str) -> str | None:
        """The id in the path (empty when the template has none), or None."""
        if method != self.method:
            return None
        pattern = re.escape(self.template).replace(r"\{id\}", "([A-Za-z0-9_]+)")
        found = re.fullmatch(pattern, path)
        return None if found is None else "".join(found.groups())


def _create_intent(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return intents.create(account, call.params, call.origin)


def _retrieve_intent(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    intent = _intent(account, call)
    return _public(intent) if call.publishable else intent


def _confirm_intent(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    try:
        intent = intents.confirm(account, _intent(account, call), call.params, call.origin)
    except ApiError as error:
        if call.publishable and "payment_intent" in error.extra:
            error.extra["payment_intent"] = _public(error.extra["payment_intent"])
        raise
    return _public(intent) if call.publishable else intent


def _update_intent(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return intent_updates.update(account, _intent(account, call), call.params)


def _capture_intent(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return intents.capture(account, _intent(account, call), call.params, call.origin)


def _cancel_intent(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return intents.cancel(account, _intent(account, call), call.params, call.origin)


def _list_intents(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return account.intents.page("/v1/payment_intents", call.params, _filter(call.params, "customer"))


def _create_customer(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    customer = objects.customer(call.params, account.now())
    account.customers.add(customer)
    account.events.record("customer.created", customer, call.origin)
    return customer


def _retrieve_customer(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return account.customers.require(call.object_id, "id", in_path=True)


def _create_refund(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return refunds.create(account, call.params, call.origin)


def _retrieve_refund(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return account.refunds.require(call.object_id, "id", in_path=True)


def _update_refund(account: Account, webhooks: WebhookDispatcher, call: Call) -> Json:
    return refunds.update(account, _retrieve_refund(account, webhooks, call), call.params, call.origin)


def _cancel_refund(account: Account, webhooks: WebhookDispatcher, call: Call) -> Json:
    return refunds.cancel(account, _retrieve_refund(account, webhooks, call), call.origin)


def _list_refunds(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return account.refunds.page("/v1/refunds", call.params, _filter(call.params, "charge", "payment_intent"))


def _retrieve_dispute(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return disputes.require(account, call.object_id)


def _list_disputes(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return account.disputes.page("/v1/disputes", call.params, _filter(call.params, "charge", "payment_intent"))


def _update_dispute(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return disputes.update(account, disputes.require(account, call.object_id), call.params, call.origin)


def _close_dispute(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return disputes.close(account, disputes.require(account, call.object_id), call.origin)


def _retrieve_charge(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return account.charges.require(call.object_id, "id", in_path=True)


def _retrieve_payment_method(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return account.payment_methods.require(call.object_id, "payment_method", in_path=True)


def _retrieve_event(account: Account, webhooks: WebhookDispatcher, call: Call) -> Json:
    event = account.events.all.require(call.object_id, "id", in_path=True)
    return {**event, "pending_webhooks": webhooks.undelivered(event["id"])}


def _list_events(account: Account, webhooks: WebhookDispatcher, call: Call) -> Json:
    params = call.params
    if "type" in params and "types" in params:
        raise invalid_parameter("types", "Give either type or types.")
    exact, pattern = params.get("types"), params.get("type", "*")
    delivered: bool | None = params.get("delivery_success")

    def matches(event: Json) -> bool:
        if event["type"] not in exact if exact else not fnmatchcase(event["type"], pattern):
            return False
        return delivered is None or delivered == (webhooks.undelivered(event["id"]) == 0)

    page = account.events.all.page("/v1/events", params, matches)
    page["data"] = [{**event, "pending_webhooks": webhooks.undelivered(event["id"])} for event in page["data"]]
    return page


def _create_session(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return sessions.create(account, call.params)


def _retrieve_session(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return sessions.require(account, call.object_id)


def _expire_session(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return sessions.expire(account, sessions.require(account, call.object_id), call.origin)


def _list_line_items(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    return sessions.line_items(account, sessions.require(account, call.object_id), call.params)


def _list_sessions(account: Account, _: WebhookDispatcher, call: Call) -> Json:
    wanted = _filter(call.params, "customer", "payment_intent", "status")
    email = call.params.get("customer_details", {}).get("email")

    def matches(session: Json) -> bool:
        return wanted(session) and email in (None, (session["customer_details"] or {}).get("email"))

    return account.sessions.page(sessions.ADDRESS, call.params, matches)


def _create_endpoint(_: Account, webhooks: WebhookDispatcher, call: Call) -> Json:
    return endpoints.create(webhooks, call.params)


def _retrieve_endpoint(_: Account, webhooks: WebhookDispatcher, call: Call) -> Json:
    return endpoints.retrieve(webhooks, call.object_id)


def _update_endpoint(_: Account, webhooks: WebhookDispatcher, call: Call) -> Json:
    return endpoints.update(webhooks, call.object_id, call.params)


def _delete_endpoint(_: Account, webhooks: WebhookDispatcher, call: Call) -> Json:
    return endpoints.delete(webhooks, call.object_id)


def _list_endpoints(_: Account, webhooks: WebhookDispatcher, call: Call) -> Json:
    return endpoints.page(webhooks, call.params)


def _intent(account: Account, call: Call) -> Json:
    intent = account.intents.require(call.object_id, "intent", in_path=True)
    if call.params.get("client_secret", intent["client_secret"]) != intent["client_secret"]:
        message = "The client_secret is not the one of this PaymentIntent."
        raise invalid_parameter("client_secret", message, "payment_intent_invalid_parameter")
    return intent


def _public(intent: Json) -> Json:
    return {name: value for name, value in intent.items() if name not in _SERVER_ONLY_FIELDS}


def _filter(params: Json, *names: str) -> Callable[[Json], bool]:
    wanted = {name: params[name] for name in names if name in params}
    return lambda obj: all(obj[name] == value for name, value in wanted.items())


_PI = "/v1/payment_intents"
_CS = sessions.ADDRESS
_WE = "/v1/webhook_endpoints"
ROUTES: tuple[Route, ...] = (
    Route("POST", _PI, specs.CREATE_INTENT, _create_intent, required=("amount", "currency")),
    Route("GET", _PI, specs.LIST_INTENTS, _list_intents),
    Route("GET", f"{_PI}/{{id}}", specs.RETRIEVE_INTENT, _retrieve_intent, publishable=True),
    Route("POST", f"{_PI}/{{id}}", specs.UPDATE_INTENT, _update_intent),
    Route("POST", f"{_PI}/{{id}}/confirm", specs.CONFIRM_INTENT, _confirm_intent, publishable=True),
    Route("POST", f"{_PI}/{{id}}/capture", specs.CAPTURE_INTENT, _capture_intent),
    Route("POST", f"{_PI}/{{id}}/cancel", specs.CANCEL_INTENT, _cancel_intent),
    Route("POST", "/v1/customers", specs.CREATE_CUSTOMER, _create_customer),
    Route("GET", "/v1/customers/{id}", specs.RETRIEVE, _retrieve_customer),
    Route("POST", "/v1/refunds", specs.CREATE_REFUND, _create_refund),
    Route("GET", "/v1/refunds", specs.LIST_REFUNDS, _list_refunds),
    Route("GET", "/v1/refunds/{id}", specs.RETRIEVE, _retrieve_refund),
    Route("POST", "/v1/refunds/{id}", specs.UPDATE_REFUND, _update_refund),
    Route("POST", "/v1/refunds/{id}/cancel", specs.RETRIEVE, _cancel_refund),
    Route("GET", "/v1/disputes", specs.LIST_DISPUTES, _list_disputes),
    Route("GET", "/v1/disputes/{id}", specs.RETRIEVE, _retrieve_dispute),
    Route("POST", "/v1/disputes/{id}", specs.UPDATE_DISPUTE, _update_dispute),
    Route("POST", "/v1/disputes/{id}/close", specs.RETRIEVE, _close_dispute),
    Route("GET", "/v1/charges/{id}", specs.RETRIEVE, _retrieve_charge),
    Route("GET", "/v1/payment_methods/{id}", specs.RETRIEVE, _retrieve_payment_method),
    Route("POST", _CS, session_specs.CREATE_SESSION, _create_session, required=("line_items", "mode", "success_url")),
    Route("GET", _CS, session_specs.LIST_SESSIONS, _list_sessions),
    Route("GET", f"{_CS}/{{id}}", specs.RETRIEVE, _retrieve_session),
    Route("POST", f"{_CS}/{{id}}/expire", specs.RETRIEVE, _expire_session),
    Route("GET", f"{_CS}/{{id}}/line_items", session_specs.LIST_LINE_ITEMS, _list_line_items),
    Route("GET", "/v1/events", specs.LIST_EVENTS, _list_events),
    Route("GET", "/v1/events/{id}", specs.RETRIEVE, _retrieve_event),
    Route("POST", _WE, specs.CREATE_ENDPOINT, _create_endpoint, required=("enabled_events", "url")),
    Route("GET", _WE, specs.LIST_ENDPOINTS, _list_endpoints),
    Route("GET", f"{_WE}/{{id}}", specs.RETRIEVE, _retrieve_endpoint),
    Route("POST", f"{_WE}/{{id}}", specs.UPDATE_ENDPOINT, _update_endpoint),
    Route("DELETE", f"{_WE}/{{id}}", specs.NOTHING, _delete_endpoint),
)


def find_route(method: str, path: str) -> tuple[Route, str] | None:
    """The endpoint for a request, with the id in its path."""
    for route in ROUTES:
        object_id = route.match(method, path)
        if object_id is not None:
            return route, object_id
    return None
