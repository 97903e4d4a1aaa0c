"""`/v1/webhook_endpoints`: who is told of which events (docs.stripe.com/api/webhook_endpoints)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from devkit.stripe_sim.collection import Collection
from devkit.stripe_sim.deliveries import Endpoint
from devkit.stripe_sim.errors import Json, invalid_parameter, no_such
from devkit.stripe_sim.ids import new_id
from devkit.stripe_sim.objects import with_metadata
from devkit.stripe_sim.webhooks import WebhookDispatcher

_KIND = "webhook_endpoint"


def create(webhooks: WebhookDispatcher, params: Json) -> Json:
    """A new endpoint. Its signing secret is in this answer and in no other."""
    secret = new_id("whsec", 32)
    endpoint = webhooks.register(
        params["url"],
        (secret,),
        _events(params["enabled_events"]),
        api_version=params.get("api_version"),
        description=params.get("description"),
        metadata=params.get("metadata", {}),
    )
    return {**endpoint.as_json(), "secret": secret}


def retrieve(webhooks: WebhookDispatcher, endpoint_id: str) -> Json:
    """One endpoint."""
    return _require(webhooks, endpoint_id).as_json()


def update(webhooks: WebhookDispatcher, endpoint_id: str, params: Json) -> Json:
    """Changes what is given; the API version of an endpoint is fixed at its creation."""
    endpoint = _require(webhooks, endpoint_id)
    convert: dict[str, tuple[str, Callable[[Any], Any]]] = {
        "url": ("url", str),
        "description": ("description", str),
        "enabled_events": ("events", _events),
        "disabled": ("enabled", lambda disabled: not disabled),
        "metadata": ("metadata", lambda changes: with_metadata(dict(endpoint.metadata), changes)),
    }
    changed = {field: made(params[name]) for name, (field, made) in convert.items() if name in params}
    endpoint = replace(endpoint, **changed)
    webhooks.replace(endpoint)
    return endpoint.as_json()


def delete(webhooks: WebhookDispatcher, endpoint_id: str) -> Json:
    """Removes an endpoint."""
    webhooks.unregister(_require(webhooks, endpoint_id))
    return {"id": endpoint_id, "object": _KIND, "deleted": True}


def page(webhooks: WebhookDispatcher, params: Json) -> Json:
    """The endpoints, newest first."""
    endpoints = Collection(_KIND)
    for endpoint in webhooks.endpoints():
        endpoints.add(endpoint.as_json())
    return endpoints.page("/v1/webhook_endpoints", params, lambda _: True)


def _require(webhooks: WebhookDispatcher, endpoint_id: str) -> Endpoint:
    for endpoint in webhooks.endpoints():
        if endpoint.id == endpoint_id:
            return endpoint
    raise no_such(_KIND, endpoint_id, "id", in_path=True)


def _events(events: list[str]) -> tuple[str, ...]:
    if not events:
        raise invalid_parameter("enabled_events", "Invalid array: enabled_events must name at least one event.")
    return tuple(events)
