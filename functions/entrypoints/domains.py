"""The one table of domains: every kind of purchase, and whatever else the bundle serves.

A domain's module is loaded when it is first asked for, so an instance pays for those that it serves.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from firebase_functions.params import SecretParam

from common.params import CHECKOUT_KEYS, STRIPE_SECRET_KEY
from common.served import serves
from payments.domain import Domain

PURCHASES = {"consultation": "consultation.domain", "checkout": "checkout.domain", "admission": "admission.domain"}
"""Kinds of purchase, which need Stripe."""
MODULES = {**PURCHASES, "points": "points.domain"}
"""Each exports one ``DOMAIN``. Which of them a team deploys is the parameter ``DOMAINS``."""
_SCHEDULES = {
    "voidExpiredAuthorizations": "entrypoints.sweeps",
    "endOverdueSessions": "entrypoints.sweeps",
    "reconcilePayments": "entrypoints.reconcile",
}
_KEYS = {"checkout": CHECKOUT_KEYS}


def named(name: str) -> Domain | None:
    """The domain of a name; ``None`` if nothing here serves it."""
    if name not in MODULES or not serves(name):
        return None
    domain: Domain = import_module(MODULES[name]).DOMAIN
    return domain


def every() -> Iterator[Domain]:
    """Every domain that is served."""
    return (domain for name in MODULES if (domain := named(name)) is not None)


def sells() -> bool:
    """Whether something is served that takes money, without loading it."""
    return any(serves(name) for name in PURCHASES)


def schedules() -> dict[str, str]:
    """The modules of all schedules that are served, by name."""
    return _SCHEDULES | {name: module for domain in every() for name, module in domain.schedules.items()}


def secrets() -> tuple[SecretParam, ...]:
    """The secrets of whatever asks all domains to act, known without loading them."""
    return (STRIPE_SECRET_KEY, *(keys for name, keys in _KEYS.items() if serves(name)))


def event_types() -> tuple[str, ...]:
    """Stripe's events that some domain follows: what the endpoint must be subscribed to."""
    return tuple(dict.fromkeys(type_ for domain in every() for type_ in domain.event_types))
