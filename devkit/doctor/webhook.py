"""Checks of the webhook endpoint at Stripe."""

import contextlib
from typing import Any

import stripe

from devkit.doctor.checks import Case, Found, Wrong
from devkit.doctor.project import Unavailable
from devkit.local import WEBHOOK
from entrypoints import domains

_IN_THE_DASHBOARD = "in Stripe's dashboard (Developers, Webhooks)"


def webhook_url(case: Case) -> Found:
    """One endpoint leads to stripeWebhook."""
    urls = _urls(case)
    found = [endpoint.url for endpoint in case.endpoints if endpoint.url in urls]
    if len(found) > 1:
        raise Wrong(f"{len(found)} endpoints lead there", f"delete all but one {_IN_THE_DASHBOARD}")
    if not found:
        elsewhere = ", ".join(endpoint.url for endpoint in _named(case))
        raise Wrong(f"it leads to {elsewhere}" if elsewhere else "there is none", f"set {urls[0]} {_IN_THE_DASHBOARD}")
    return str(found[0])


def webhook_events(case: Case) -> Found:
    """It gets exactly the events that are handled."""
    endpoint, wanted = _endpoint(case), set(domains.event_types())
    found = set(endpoint.enabled_events)
    differences = {"missing": sorted(wanted - found), "not handled": sorted(found - wanted)}
    if problems := [f"{kind} {', '.join(names)}" for kind, names in differences.items() if names]:
        remedy = f"subscribe {endpoint.id} to exactly the events of docs/deploying.md {_IN_THE_DASHBOARD}"
        raise Wrong("; ".join(problems), remedy)
    return f"the {len(wanted)} that are handled"


def webhook_version(case: Case) -> Found:
    """It speaks the version of the SDK."""
    endpoint = _endpoint(case)
    if endpoint.api_version != stripe.api_version:
        raise Wrong(
            f"{endpoint.api_version or 'the account default'}, the SDK speaks {stripe.api_version}",
            f"it cannot be changed: add an endpoint of version {stripe.api_version} by the API (docs/deploying.md), "
            f"append its secret to STRIPE_WEBHOOK_SECRETS, deploy, and then delete {endpoint.id}",
        )
    return stripe.api_version


def webhook_status(case: Case) -> Found:
    """It is enabled: Stripe disables an endpoint that fails for days."""
    endpoint = _endpoint(case)
    if endpoint.status != "enabled":
        raise Wrong("disabled", f"enable {endpoint.id} {_IN_THE_DASHBOARD}, then run reconcilePayments by hand")
    return "enabled"


def _urls(case: Case) -> list[str]:
    """The documented address, and Cloud Run's own once it is deployed."""
    urls = [case.project.webhook_url(case.names["region"])]
    with contextlib.suppress(Unavailable):
        urls += [function.uri for function in case.functions if function.name == WEBHOOK and function.uri]
    return urls


def _endpoint(case: Case) -> Any:
    """The endpoint that is ours, or was meant to be: a wrong URL has a line of its own."""
    urls = _urls(case)
    candidates = [endpoint for endpoint in case.endpoints if endpoint.url in urls] or _named(case)
    if not candidates:
        raise Unavailable("there is no endpoint to look at")
    return candidates[0]


def _named(case: Case) -> list[Any]:
    return [endpoint for endpoint in case.endpoints if endpoint.url.rstrip("/").endswith(f"/{WEBHOOK}")]
