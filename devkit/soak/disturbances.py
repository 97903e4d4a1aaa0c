"""What goes wrong in a soak, one thing after the other, chosen by its seed."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable

from devkit.errors import DevkitError
from devkit.soak.hands import HANDS
from devkit.soak.shared import Soak

_MINUTE, _HOUR = 60.0, 3600.0
_PAUSE_SECONDS = (0.5, 2.0)
_PATIENCE_SECONDS = 20.0

_PATHS = (
    "/v1/payment_intents",
    "/v1/payment_intents/[^/]+",
    ".*/capture",
    ".*/cancel",
    "/v1/checkout/sessions",
    "/v1/checkout/sessions/[^/]+",
    ".*/expire",
    "/v1/refunds",
    ".*",
)
_FAULTS = ("drop_before", "drop_after", "429", "lock_timeout", "500", "500_after", "delay")
_WEBHOOK_MODES = ("normal", "normal", "duplicate", "shuffle", "outage")
# Past an unpaid purchase, a session, an idempotency key, a hold; short of what any bank allows.
_JUMPS = (5 * _MINUTE, 5 * _MINUTE, 5 * _MINUTE, 31 * _MINUTE, 61 * _MINUTE, 25 * _HOUR, 73 * _HOUR)
# Shorter jumps may meet requests under way. One longer than an idempotency key lives must not: then a request could be
# sent before its key is forgotten and take effect after it, which no server and no network can bring about.
_UNDER_WAY_SECONDS = 2 * _HOUR


def disturb(soak: Soak, seconds: float) -> None:
    """Disturb the stack for so many seconds of real time, from the thread that started it: parts end with theirs."""
    rng = random.Random(f"{soak.seed}:disturbances")  # noqa: S311
    choices: dict[Callable[[Soak, random.Random], None], int] = {
        _kill_worker: 2,
        _kill_server: 1,
        _add_fault: 7,
        _disturb_webhooks: 3,
        _jump: 2,
        **(HANDS if soak.hands else {}),
    }
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, rng.uniform(*_PAUSE_SECONDS)))
        (chosen,) = rng.choices(list(choices), list(choices.values()))
        chosen(soak, rng)


def _kill_worker(soak: Soak, rng: random.Random) -> None:
    """SIGKILL the process that serves; its parent starts another one."""
    for worker in rng.choice(soak.stack.servers).children():
        # It may just have been replaced.
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
            soak.tally.add("killed: worker")


def _kill_server(soak: Soak, rng: random.Random) -> None:
    rng.choice(soak.stack.servers).restart()
    soak.tally.add("killed: server")


def _add_fault(soak: Soak, rng: random.Random) -> None:
    kind = rng.choice(_FAULTS)
    # One delay in six is longer than the functions wait for Stripe.
    delay = 11.0 if rng.random() < 1 / 6 else rng.uniform(0.1, 2.0)
    path, times = rng.choice(_PATHS), rng.randint(1, 4)
    soak.stack.simulator.fault(kind, path=path, times=times, seconds=delay if kind == "delay" else 0.0)
    soak.tally.add(f"fault: {kind}")


def _disturb_webhooks(soak: Soak, rng: random.Random) -> None:
    mode = rng.choice(_WEBHOOK_MODES)
    soak.stack.simulator.webhooks(mode, seed=rng.randrange(1000))
    soak.tally.add(f"webhooks: {mode}")


def _jump(soak: Soak, rng: random.Random) -> None:
    seconds = rng.choice(_JUMPS)
    if seconds < _UNDER_WAY_SECONDS:
        soak.stack.advance(seconds)
    else:
        # Ends what is delayed, also for callers that were killed meanwhile.
        soak.stack.simulator.clear_faults()
        with soak.nothing_under_way():
            _wait_for_stripe(soak)
            soak.stack.advance(seconds)
    soak.tally.add("jumps in time")


def _wait_for_stripe(soak: Soak) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while any(it["status"] is None and it["fault"] == "delay" for it in soak.stack.simulator.requests()):
        if time.monotonic() > until:
            raise DevkitError("a delayed request to Stripe does not end")
        time.sleep(0.05)
