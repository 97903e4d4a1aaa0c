"""The driver of a test in this folder, which waits for nothing, and the tables printed at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devkit.inprocess import InProcessFunctions
from tests.support.driver import Driver

from .report import Report, tables


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
def driver(driver: Driver, api: InProcessFunctions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    """The driver of all suites, without waiting: how fast Stripe may be asked, and asked again, is tested elsewhere."""
    import stripe

    from entrypoints import reconcile, sweeps
    from payments import pace

    api.app  # noqa: B018  # loads the functions before anything is patched
    monkeypatch.setattr(sweeps, "STRIPE_CALLS_PER_SECOND", 10_000)
    monkeypatch.setattr(reconcile, "STRIPE_CALLS_PER_SECOND", 10_000)
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.0)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.0)
    monkeypatch.setattr(pace, "LONGEST_PAUSE_SECONDS", 0.0)
    yield driver
    driver.simulator.remove_webhooks()
