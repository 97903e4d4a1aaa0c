"""What goes wrong in a soak, one thing after the other, chosen by its seed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable
from typing import Any

from devkit.errors import DevkitError
from devkit.soak.gate import Gate
from devkit.soak.tally import Tally
from devkit.stack import Stack

_MINUTE = 60.0
_HOUR = 3600.0
_PAUSE_SECONDS = (0.5, 2.0)
_PATIENCE_SECONDS = 20.0

_PATHS = ("/v1/payment_intents", "/v1/payment_intents/[^/]+", ".*/capture", ".*/cancel", ".*")
_FAULTS = ("drop_before", "drop_after", "429", "lock_timeout", "500", "500_after", "delay")
_WEBHOOK_MODES = ("normal", "normal", "duplicate", "shuffle", "outage")
# Past an unpaid purchase, a session, an idempotency key, a hold; short of what any bank allows.
_JUMPS = (5 * _MINUTE, 5 * _MINUTE, 5 * _MINUTE, 31 * _MINUTE, 61 * _MINUTE, 25 * _HOUR, 73 * _HOUR)


# Shorter jumps may meet requests under way; one longer than an idempotency key lives must not.
_UNDER_WAY_SECONDS = 2 * _HOUR


class Chaos:
    """Disturbs `stack`. To be used from the thread that started it: what it starts again ends with its starter."""

    def __init__(self, stack: Stack, tally: Tally, gate: Gate, seed: int) -> None:
        self._stack = stack
        self._tally = tally
        self._gate = gate
        self._rng = random.Random(f"{seed}:chaos")  # noqa: S311
        self._choices: dict[Callable[[], None], int] = {
            self.kill_worker: 2,
            self.kill_server: 1,
            self._fault: 7,
            self._disturb_webhooks: 3,
            self._jump: 2,
        }

    def run(self, seconds: float) -> None:
        """Go on for so many seconds of real time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, self._rng.uniform(*_PAUSE_SECONDS)))
            (disturb,) = self._rng.choices(list(self._choices), list(self._choices.values()))
            disturb()

    def kill_worker(self) -> None:
        """SIGKILL the process that serves; its parent starts another one."""
        server = self._rng.choice(self._stack.servers)
        for worker in server.children():
            # It may just have been replaced.
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
                self._tally.add("kills/worker")

    def kill_server(self) -> None:
        """SIGKILL a server with everything that belongs to it, and start it again."""
        self._rng.choice(self._stack.servers).restart()
        self._tally.add("kills/server")

    def _fault(self) -> None:
        kind = self._rng.choice(_FAULTS)
        # One delay in six is longer than the functions wait for Stripe.
        seconds = 11.0 if self._rng.random() < 1 / 6 else self._rng.uniform(0.1, 2.0)
        self._stack.simulator.fault(
            kind,
            path=self._rng.choice(_PATHS),
            times=self._rng.randint(1, 4),
            seconds=seconds if kind == "delay" else 0.0,
        )
        self._tally.add(f"faults/{kind}")

    def _disturb_webhooks(self) -> None:
        mode = self._rng.choice(_WEBHOOK_MODES)
        self._stack.simulator.webhooks(mode, seed=self._rng.randrange(1000))
        self._tally.add(f"webhooks/{mode}")

    def _jump(self) -> None:
        seconds = self._rng.choice(_JUMPS)
        if seconds < _UNDER_WAY_SECONDS:
            self._stack.advance(seconds)
        else:
            # Ends what is delayed, also for callers that were killed meanwhile.
            self._stack.simulator.clear_faults()
            with self._gate.closed():
                self._wait_for_stripe()
                self._stack.advance(seconds)
        self._tally.add("jumps")

    def _wait_for_stripe(self) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while any(request["status"] is None and request["fault"] == "delay" for request in self._requests()):
            if time.monotonic() > until:
                raise DevkitError("a delayed request to Stripe does not end")
            time.sleep(0.05)

    def _requests(self) -> list[dict[str, Any]]:
        return self._stack.simulator.requests()
