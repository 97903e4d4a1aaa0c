"""A small backlog swept while Stripe refuses requests: what is refused is met again, and nothing is left."""

from __future__ import annotations

import os
from dataclasses import dataclass

from bench.holds import place_holds
from bench.measure import waiting
from consultation.invariants import violations
from devkit.emulator import Emulator
from devkit.stack import Stack
from devkit.world import load_world

_MOST_ROUNDS = 30
_MINUTE = 60.0


@dataclass(frozen=True)
class Disturbed:
    """What became of the holds after `rounds` of both schedules, `refused` requests on."""

    holds: int
    rounds: int
    refused: int
    left: int
    violations: list[str]


def sweep_disturbed(holds: int, emulator: Emulator) -> Disturbed:
    """Sweep `holds` expired holds with two bursts of 429s, moving time on between the rounds."""
    with Stack(emulator=emulator) as stack:
        stack.reset()
        # A delivered event would do in between what the placing does in batches.
        stack.simulator.remove_webhooks()
        os.environ["STRIPE_API_BASE"] = stack.stripe_url
        place_holds(holds, stack.simulator)
        for skipped in (holds // 5, holds // 3):
            stack.simulator.fault("429", method="POST", path=".*/cancel", skip=skipped, times=12)
        rounds = 0
        while waiting(stack.db) and rounds < _MOST_ROUNDS:
            stack.run_schedule("voidExpiredAuthorizations")
            stack.run_schedule("endOverdueSessions")
            stack.advance(3 * _MINUTE)
            rounds += 1
        return Disturbed(
            holds=holds,
            rounds=rounds,
            refused=sum(request["status"] == 429 for request in stack.simulator.requests()),
            left=waiting(stack.db),
            violations=violations(load_world(stack.db, stack.simulator, stack.now())),
        )
