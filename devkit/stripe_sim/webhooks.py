"""Webhook delivery in the background: in order, signed, retried with backoff, disturbed on request.

Stripe promises neither order nor single delivery, and gives up after three days (docs.stripe.com/webhooks);
the modes here produce each of those on purpose. Backoff runs in real time, the three days on the
simulator's clock.
"""

from __future__ import annotations

import heapq
import json
import random
import threading
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from devkit.stripe_sim.clock import SimClock
from devkit.stripe_sim.deliveries import Delivery, Endpoint, attempt
from devkit.stripe_sim.errors import Json
from devkit.stripe_sim.events import API_VERSION
from devkit.stripe_sim.ids import new_id

GIVE_UP_SECONDS = 3 * 86_400
MODES = ("normal", "duplicate", "shuffle", "outage", "hold")


class WebhookDispatcher:
    """Delivers events to the registered endpoints from worker threads. Safe for concurrent use."""

    def __init__(
        self,
        clock: SimClock,
        *,
        workers: int = 1,
        max_attempts: int = 15,
        backoff: float = 0.05,
        timeout: float = 10.0,
    ) -> None:
        self._clock = clock
        self._max_attempts = max_attempts
        self._backoff = backoff
        self._timeout = timeout
        self._changed = threading.Condition()
        self._endpoints: list[Endpoint] = []
        self._stopped = False
        self._in_flight = 0
        self._sequence = 0
        self._queue: list[tuple[float, int, Delivery]] = []
        self._deliveries: list[Delivery] = []
        self._by_event: dict[str, list[Delivery]] = {}
        self._held: list[Delivery] = []
        self.set_mode("normal")
        self._workers = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]

    def start(self) -> None:
        """Starts the workers."""
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """Stops the workers; what is undelivered stays so."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for worker in self._workers:
            if worker.is_alive():
                worker.join(self._timeout + 1)

    def register(self, url: str, secrets: Iterable[str], events: Iterable[str] = ("*",), **settings: Any) -> Endpoint:
        """Adds an endpoint for the `events` created from now on; `settings` are further fields of `Endpoint`."""
        endpoint = Endpoint(new_id("we"), url, tuple(secrets), self._clock.now(), tuple(events), **settings)
        address = urlsplit(url)
        if address.scheme not in ("http", "https") or not address.hostname or not endpoint.secrets:
            raise ValueError("a webhook endpoint needs an http(s) URL and at least one secret")
        with self._changed:
            self._endpoints.append(endpoint)
        return endpoint

    def replace(self, endpoint: Endpoint) -> None:
        """Puts a changed endpoint in the place of the one with its id."""
        with self._changed:
            self._endpoints = [endpoint if known.id == endpoint.id else known for known in self._endpoints]

    def unregister(self, endpoint: Endpoint) -> None:
        """Removes one endpoint; what is queued for it is still tried."""
        with self._changed:
            self._endpoints.remove(endpoint)

    def unregister_all(self) -> None:
        """Removes every endpoint; what is queued for them is still tried."""
        with self._changed:
            self._endpoints.clear()

    def set_mode(
        self, mode: str, *, copies: int = 2, seed: int = 0, spread: float = 0.2, signature_offset: float = 0.0
    ) -> None:
        """Sets how events are delivered from now on; leaving an outage or a hold sends what has gathered.

        `duplicate` sends each event `copies` times; `shuffle` delays each by a random part of `spread`
        seconds, drawn from `seed`; `outage` fails every attempt; `hold` keeps new events until `release`.
        `signature_offset` (s) shifts the signed timestamp.
        """
        if mode not in MODES:
            raise ValueError(f"unknown webhook mode {mode!r}; one of {', '.join(MODES)}")
        with self._changed:
            self._mode = mode
            self._copies = copies if mode == "duplicate" else 1
            self._spread = spread if mode == "shuffle" else 0.0
            self._random = _repeatable(seed)
            self._signature_offset = signature_offset
        if mode not in ("hold", "outage"):
            self.release()

    def publish(self, event: Json) -> None:
        """Queues a new event for every endpoint that takes it; the payload's `pending_webhooks` counts them."""
        with self._changed:
            event["pending_webhooks"] = len(self._takers(event))
            self._enqueue(event, self._copies)

    def redeliver(self, event: Json, times: int = 1) -> None:
        """Sends an event again to every endpoint that takes it, as the dashboard's button does."""
        with self._changed:
            self._enqueue(event, times)

    def release(self, order: str = "created", seed: int = 0) -> int:
        """Sends what was held, in `created`, `reversed` or `shuffled` order; returns how many.

        Of what gathered in an outage, only events less than three days old are sent: Stripe has given up
        on the rest.
        """
        if order not in ("created", "reversed", "shuffled"):
            raise ValueError("order must be created, reversed or shuffled")
        with self._changed:
            held = [delivery for delivery in self._held if not self._given_up(delivery)]
            self._held = []
            if order == "reversed":
                held.reverse()
            if order == "shuffled":
                _repeatable(seed).shuffle(held)
            for delivery in held:
                self._schedule(delivery, 0.0)
            self._changed.notify_all()
            return len(held)

    def flush(self) -> int:
        """Makes every undelivered event due now, failed ones too; returns how many."""
        with self._changed:
            waiting = [item for item in self._deliveries if item.state in ("pending", "held", "failed")]
            self._queue.clear()
            self._held.clear()
            for delivery in waiting:
                self._schedule(delivery, 0.0)
            self._changed.notify_all()
            return len(waiting)

    def wait_idle(self, timeout: float) -> bool:
        """Waits until nothing is due, running or to be retried (held events aside); False on timeout (s)."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue and not self._in_flight, timeout)

    def undelivered(self, event_id: str) -> int:
        """How many endpoints have not answered 2xx for the event."""
        with self._changed:
            records = self._by_event.get(event_id, [])
            done = {record.endpoint.id for record in records if record.state == "delivered"}
            return len({record.endpoint.id for record in records} - done)

    def deliveries(self) -> list[Json]:
        """Every delivery in order of creation, with its attempts."""
        with self._changed:
            return [delivery.as_json() for delivery in self._deliveries]

    def endpoints(self) -> list[Endpoint]:
        """The registered endpoints, oldest first."""
        with self._changed:
            return list(self._endpoints)

    def clear(self) -> None:
        """Forgets all deliveries, also those under way, and returns to normal; the endpoints stay."""
        with self._changed:
            for records in (self._queue, self._deliveries, self._held):
                records.clear()
            self._by_event.clear()
        self.set_mode("normal")

    def _enqueue(self, event: Json, copies: int) -> None:
        takers = self._takers(event)
        if not takers:
            return
        for endpoint in takers:
            sent = {**event, "api_version": endpoint.api_version or API_VERSION}
            payload = json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()
            for _ in range(copies):
                self._add(Delivery(event["id"], event["type"], event["created"], endpoint, payload))
        self._changed.notify_all()

    def _takers(self, event: Json) -> list[Endpoint]:
        return [endpoint for endpoint in self._endpoints if endpoint.takes(event["type"])]

    def _add(self, delivery: Delivery) -> None:
        self._deliveries.append(delivery)
        self._by_event.setdefault(delivery.event_id, []).append(delivery)
        if self._mode == "hold":
            self._hold(delivery)
        else:
            self._schedule(delivery, self._random.uniform(0.0, self._spread))

    def _hold(self, delivery: Delivery) -> None:
        delivery.state = "held"
        self._held.append(delivery)

    def _schedule(self, delivery: Delivery, delay: float) -> None:
        delivery.state = "pending"
        self._sequence += 1
        heapq.heappush(self._queue, (time.monotonic() + delay, self._sequence, delivery))

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            outage = self._mode == "outage"
            status = None if outage else attempt(delivery, self._timeout, self._signature_offset)
            with self._changed:
                self._in_flight -= 1
                self._settle(delivery, status, outage)
                self._changed.notify_all()

    def _next(self) -> Delivery | None:
        """The next delivery when it is due; None when the dispatcher stops."""
        with self._changed:
            while not self._stopped:
                now = time.monotonic()
                if self._queue and self._queue[0][0] <= now:
                    self._in_flight += 1
                    delivery = heapq.heappop(self._queue)[2]
                    delivery.state = "sending"
                    return delivery
                self._changed.wait(self._queue[0][0] - now if self._queue else None)
            return None

    def _settle(self, delivery: Delivery, status: int | None, outage: bool) -> None:
        if delivery.event_id not in self._by_event:
            return
        delivery.attempts.append(status)
        if status is not None and 200 <= status < 300:
            delivery.state = "delivered"
        elif outage:
            # Retrying against a known outage would only burn attempts: it waits for the outage to end.
            self._hold(delivery)
        elif len(delivery.attempts) >= self._max_attempts:
            delivery.state = "failed"
        elif not self._given_up(delivery):
            self._schedule(delivery, min(self._backoff * 2 ** (len(delivery.attempts) - 1), 2.0))

    def _given_up(self, delivery: Delivery) -> bool:
        """Marks an event failed that was tried and is too old for another try."""
        if delivery.attempts and self._clock.now() - delivery.created > GIVE_UP_SECONDS:
            delivery.state = "failed"
            return True
        return False


def _repeatable(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a disturbance must be repeatable, not unpredictable
