"""The scene of a test, and its wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.cloud import firestore

from devkit.emulator import Emulator
from devkit.inprocess import InProcessFunctions
from devkit.stripe_sim import StripeSimulator
from devkit.travel import Travel
from tests.support.round_trips import RoundTrips, watched

from .report import Report, tables
from .scene import Scene


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """What is printed at the end of the run."""
    return Report(request.node.user_properties)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the kill matrix, and which test catches the loss of which guard."""
    reports = [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]
    properties = [line for done in reports if done.when == "call" for line in done.user_properties]
    for heading, lines in tables(properties).items():
        terminalreporter.section("faults", sep="-")
        for line in (heading, *lines):
            terminalreporter.write_line(line)


@pytest.fixture
def scene(
    clean: None,
    api: InProcessFunctions,
    simulator: StripeSimulator,
    db: firestore.Client,
    travel: Travel,
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Scene]:
    """An empty world in which nobody waits: how fast Stripe may be asked, and asked again, is another test's matter."""
    import stripe

    from common import cache
    from entrypoints import reconcile, sweeps
    from payments import pace

    api.app  # noqa: B018  # loads the functions before anything is patched
    monkeypatch.setattr(sweeps, "STRIPE_CALLS_PER_SECOND", 10_000)
    monkeypatch.setattr(reconcile, "STRIPE_CALLS_PER_SECOND", 10_000)
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.0)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.0)
    monkeypatch.setattr(pace, "LONGEST_PAUSE_SECONDS", 0.0)
    cache.forget()
    yield Scene(api, simulator, db, travel, emulator)
    simulator.remove_webhooks()
    cache.forget()


@pytest.fixture
def wire(scene: Scene) -> Iterator[RoundTrips]:
    """Every round trip of the functions."""
    with watched(scene.simulator.url) as wire:
        yield wire
