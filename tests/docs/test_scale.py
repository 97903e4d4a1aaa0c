"""What docs/scale.md says that a story reads, writes and costs is the sum of its calls in docs/costs.md."""

from __future__ import annotations

import pytest

from bench.prices import CHECKOUT, PURCHASE, VISIT
from devkit.process import ROOT
from tests.support.pages import section, table, text

SCALE = ROOT / "docs" / "scale.md"
COSTS = {row[0]: row for row in table(text(ROOT / "docs" / "costs.md"), "function")}
READS, WRITES, USD = 2, 3, -1
LOADS = (1, 10, 100, 1_000)

CONSULTATIONS = pytest.param("Consultations", PURCHASE, 1_000, id="consultations")
POINTS = pytest.param("Points and QR codes", VISIT, 10_000, id="points")
LICENCES = pytest.param("Checkout of licences and passes", CHECKOUT, 300, id="licences")


def total(calls: str, column: int) -> float:
    return sum(float(COSTS[name][column]) for name in calls.split())


def two_digits(value: float) -> str:
    return f"{float(f'{value:.2g}'):,g}"


@pytest.mark.parametrize(("title", "calls", "a_day"), [CONSULTATIONS, POINTS])
def test_what_a_story_reads_and_writes(title: str, calls: str, a_day: int) -> None:
    counted = f"reads {total(calls, READS):g} documents and writes {total(calls, WRITES):g}"
    assert counted in " ".join(section(SCALE, title).split())


@pytest.mark.parametrize(("title", "calls", "a_day"), [CONSULTATIONS, POINTS, LICENCES])
def test_what_a_day_costs_at_each_load(title: str, calls: str, a_day: int) -> None:
    shown = [row[3] for row in table(section(SCALE, title), "load")]
    assert shown == [two_digits(total(calls, USD) * a_day / 1_000 * load) for load in LOADS]
