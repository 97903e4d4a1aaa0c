"""The simulated account as a test or a demo drives it: clock, faults, webhooks, and all that there is to see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from devkit.stripe_sim.account import Account
from devkit.stripe_sim.api import Api
from devkit.stripe_sim.checkout import Checkout
from devkit.stripe_sim.clock import SimClock
from devkit.stripe_sim.collection import Collection
from devkit.stripe_sim.errors import Json
from devkit.stripe_sim.events import API_VERSION
from devkit.stripe_sim.faults import PROFILES, Fault
from devkit.stripe_sim.people import copied
from devkit.stripe_sim.webhooks import WebhookDispatcher


class Driver(Checkout):
    """One account and all that can be done to it, without its HTTP server.

    Amounts are in JPY, times in epoch seconds on the simulator's clock. What Stripe would refuse raises
    `ApiError`, a control used wrongly raises `ValueError`. Objects are returned as copies.
    """

    url: str
    """The base address at which it is served, for the SDK's `base_addresses={"api": url}`."""

    def __init__(
        self,
        *,
        api_keys: tuple[str, ...],
        webhook_url: str | None,
        webhook_secrets: tuple[str, ...],
        webhook_events: tuple[str, ...],
        webhook_workers: int,
    ) -> None:
        clock = SimClock()
        self._webhooks = WebhookDispatcher(clock, workers=webhook_workers)
        super().__init__(Account(clock, self._webhooks.publish))
        self.api = Api(self._account, self._webhooks, api_keys)
        self._webhook_secrets = webhook_secrets
        if webhook_url is not None:
            self.add_webhook(webhook_url, events=webhook_events, api_version=API_VERSION)

    # The clock.

    def now(self) -> int:
        """Epoch seconds."""
        return self._account.now()

    def advance(self, seconds: float) -> int:
        """Moves the clock forward; holds and sessions that lapse on the way are closed. Returns the new time."""
        with self._account.lock:
            self._account.clock.advance(seconds)
            self._account.catch_up()
            return self.now()

    def set_clock(self, epoch: float) -> int:
        """Moves the clock forward to `epoch`."""
        with self._account.lock:
            self._account.clock.set(epoch)
            self._account.catch_up()
            return self.now()

    # The network.

    def fault(
        self,
        kind: str,
        *,
        method: str = ".*",
        path: str = ".*",
        times: int | None = 1,
        skip: int = 0,
        seconds: float = 0.0,
    ) -> None:
        """Queues a fault (see `faults`): `times` requests matching both patterns, after `skip` of them."""
        self.api.faults.add(Fault(kind, method, path, times, skip, seconds))

    def faults(self) -> list[Json]:
        """The faults that are still waiting."""
        return self.api.faults.as_json()

    def clear_faults(self) -> None:
        """Removes every fault and ends the delays under way."""
        self.api.faults.clear()

    def rate_limits(self) -> Json:
        """The limits in force."""
        return self.api.limits.as_json()

    def rate_limit(
        self, profile: str | None = None, *, per_second: int | None = None, per_endpoint: int | None = None
    ) -> Json:
        """Limits requests per real second: profile `sandbox`, `live` or `off`, or numbers of your own."""
        if profile is not None:
            if profile not in PROFILES:
                raise ValueError(f"unknown profile {profile!r}; one of {', '.join(PROFILES)}")
            per_second, per_endpoint = PROFILES[profile]
        self.api.limits.configure(per_second, per_endpoint)
        return self.api.limits.as_json()

    # Webhooks.

    def add_webhook(
        self,
        url: str,
        secrets: Iterable[str] | None = None,
        events: Iterable[str] = ("*",),
        api_version: str | None = None,
    ) -> Json:
        """Registers an endpoint, by default for every event and with the simulator's own secrets."""
        secrets = self._webhook_secrets if secrets is None else secrets
        return self._webhooks.register(url, secrets, events, api_version=api_version).as_json()

    def remove_webhooks(self) -> None:
        """Removes every endpoint."""
        self._webhooks.unregister_all()

    def webhooks(self, mode: str, **settings: Any) -> None:
        """Sets the mode: normal, duplicate, shuffle, outage or hold (see `WebhookDispatcher.set_mode`)."""
        self._webhooks.set_mode(mode, **settings)

    def webhook_endpoints(self) -> list[Json]:
        """The registered endpoints, without their secrets."""
        return [endpoint.as_json() for endpoint in self._webhooks.endpoints()]

    def deliveries(self) -> list[Json]:
        """Every delivery with its attempts."""
        return self._webhooks.deliveries()

    def release(self, order: str = "created", seed: int = 0) -> int:
        """Sends held events in `created`, `reversed` or `shuffled` order."""
        return self._webhooks.release(order, seed)

    def flush(self) -> int:
        """Tries every undelivered event now."""
        return self._webhooks.flush()

    def wait_idle(self, timeout: float = 10.0) -> bool:
        """Waits until no delivery is due, running or to be retried; False after `timeout` seconds."""
        return self._webhooks.wait_idle(timeout)

    def redeliver(self, event: str, times: int = 1) -> None:
        """Sends an event again."""
        with self._account.lock:
            self._webhooks.redeliver(self._account.events.all.require(event, "id", in_path=True), times)

    # What there is.

    def payment_intent(self, payment_intent: str) -> Json:
        """One PaymentIntent, with its latest charge expanded."""
        with self._account.lock:
            intent = self._intent(payment_intent)
            return copied({**intent, "latest_charge": self._account.charge_of(intent)})

    def payment_intents(self) -> list[Json]:
        """Every PaymentIntent, oldest first."""
        return self._all(self._account.intents)

    def charges(self) -> list[Json]:
        """Every charge, oldest first."""
        return self._all(self._account.charges)

    def refunds(self) -> list[Json]:
        """Every refund, oldest first."""
        return self._all(self._account.refunds)

    def disputes(self) -> list[Json]:
        """Every dispute, oldest first."""
        return self._all(self._account.disputes)

    def events(self) -> list[Json]:
        """Every event, oldest first."""
        return self._all(self._account.events.all)

    def requests(self) -> list[Json]:
        """The log of API requests: method, path, route, idempotency key, status, fault; never a secret."""
        return self.api.requests()

    def state(self) -> Json:
        """Everything at once: clock, payments and what became of them, sessions, requests per endpoint, deliveries."""
        return {
            "now": self.now(),
            "payment_intents": [_without_secret(intent) for intent in self.payment_intents()],
            "charges": self.charges(),
            "refunds": self.refunds(),
            "disputes": self.disputes(),
            "checkout_sessions": [_without_address(session) for session in self.checkout_sessions()],
            "request_counts": self.api.counts(),
            "deliveries": self.deliveries(),
        }

    def reset(self) -> None:
        """Forgets everything but the keys and webhook endpoints; the clock is wall time again."""
        with self._account.lock:
            self._account.clear()
            self._account.clock.reset()
            self.api.clear()
            self._webhooks.clear()

    def _all(self, collection: Collection) -> list[Json]:
        with self._account.lock:
            self._account.catch_up()
            return [copied(obj) for obj in collection]


def _without_address(session: Json) -> Json:
    return {name: value for name, value in session.items() if name != "url"}


def _without_secret(intent: Json) -> Json:
    return {name: value for name, value in intent.items() if name != "client_secret"}
