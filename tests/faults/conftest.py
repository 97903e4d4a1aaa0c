"""The driver of a test in this folder, and the tables printed at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
def driver(driver: Driver) -> Iterator[Driver]:
    """The driver of all suites, whose simulator forgets afterwards where it delivered events to."""
    yield driver
    driver.simulator.remove_webhooks()
