"""The secrets, and what Stripe must have: a key of the right mode, and one endpoint with our events and version."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import stripe

from devkit.doctor.checks import Case, Found, Wrong
from devkit.doctor.project import Unavailable
from devkit.local import WEBHOOK
from entrypoints.stripe_webhook import HANDLED_EVENTS
from qr.tokens import parse_keys

_KEY = re.compile(r"(?:sk|rk)_(test|live)_\w+")
_WEBHOOK_SECRET = re.compile(r"whsec_\w+")
_ENDPOINT = "in Stripe's dashboard (Developers, Webhooks)"


def stripe_key(case: Case) -> Found:
    """The key, its form, and its mode."""
    found = _KEY.fullmatch(case.secret("STRIPE_SECRET_KEY"))
    wanted = "live" if case.live else "test"
    if not found:
        raise Wrong("not a secret or restricted key (sk_…, rk_…)", "copy it again from Stripe's dashboard")
    if found[1] != wanted:
        remedy = f"set the key of {wanted} mode, or run this {'without' if case.live else 'with'} --live"
        raise Wrong(f"a key of {found[1]} mode, {wanted} mode is wanted", remedy)
    return f"{wanted} mode"


def webhook_secrets(case: Case) -> Found:
    """The signing secrets, separated by commas."""
    secrets = case.secret("STRIPE_WEBHOOK_SECRETS").split(",")
    if not all(_WEBHOOK_SECRET.fullmatch(secret.strip()) for secret in secrets):
        return ["not whsec_… separated by commas"]
    return f"{len(secrets)} in force"


def qr_keys(case: Case) -> Found:
    """The keys of the QR codes, as the functions read them."""
    try:
        return f"{len(parse_keys(case.secret('QR_SIGNING_KEYS')))} in force"
    except ValueError as error:
        # A JSON error's text may hold a piece of a key.
        return ["not JSON" if hasattr(error, "doc") else str(error)]


def accepted(case: Case) -> Found:
    """Stripe takes the key, and lets it read what the functions read."""
    problem = case.stripe.key_problem()
    return [problem] if problem else "accepted"


def url(case: Case) -> Found:
    """Exactly one endpoint leads to stripeWebhook."""
    urls = _urls(case)
    found = [endpoint.url for endpoint in case.endpoints if endpoint.url in urls]
    if len(found) > 1:
        raise Wrong(f"{len(found)} endpoints lead there", f"delete all but one {_ENDPOINT}")
    if not found:
        elsewhere = ", ".join(endpoint.url for endpoint in _named(case.endpoints))
        raise Wrong(f"it leads to {elsewhere}" if elsewhere else "there is none", f"set {urls[0]} {_ENDPOINT}")
    return str(found[0])


def events(case: Case) -> Found:
    """Subscribed to what is handled and to nothing else."""
    endpoint, wanted = _endpoint(case), set(HANDLED_EVENTS)
    subscribed = set(endpoint.enabled_events)
    differences = (("missing", wanted - subscribed), ("not handled", subscribed - wanted))
    if problems := [f"{kind} {', '.join(sorted(names))}" for kind, names in differences if names]:
        raise Wrong("; ".join(problems), f"subscribe {endpoint.id} to exactly the events of README.md {_ENDPOINT}")
    return f"the {len(wanted)} that are handled"


def version(case: Case) -> Found:
    """Events come in the version that the SDK reads."""
    endpoint = _endpoint(case)
    if endpoint.api_version != stripe.api_version:
        raise Wrong(
            f"{endpoint.api_version or 'the account default'}, the SDK speaks {stripe.api_version}",
            f"it cannot be changed: add an endpoint of version {stripe.api_version} by the API (README.md), append its "
            f"secret to STRIPE_WEBHOOK_SECRETS, deploy, and then delete {endpoint.id}",
        )
    return stripe.api_version


def status(case: Case) -> Found:
    """Stripe disables an endpoint that fails for days."""
    endpoint = _endpoint(case)
    if endpoint.status != "enabled":
        raise Wrong("disabled", f"enable {endpoint.id} {_ENDPOINT}, then run reconcilePayments by hand")
    return "enabled"


def _urls(case: Case) -> list[str]:
    """The documented address, and Cloud Run's own once it is deployed."""
    urls = [case.project.webhook_url(case.repository.region)]
    with contextlib.suppress(Unavailable):
        urls += [function.uri for function in case.functions if function.name == WEBHOOK and function.uri]
    return urls


def _endpoint(case: Case) -> Any:
    """The endpoint that is ours, or was meant to be: a wrong URL has a line of its own."""
    urls = _urls(case)
    candidates = [endpoint for endpoint in case.endpoints if endpoint.url in urls] or _named(case.endpoints)
    if not candidates:
        raise Unavailable("there is no endpoint to look at")
    return candidates[0]


def _named(endpoints: list[Any]) -> list[Any]:
    return [endpoint for endpoint in endpoints if endpoint.url.rstrip("/").endswith(f"/{WEBHOOK}")]
