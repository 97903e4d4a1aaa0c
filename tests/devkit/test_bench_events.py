"""The bench of an event's rush: what it counts of a sale, and what its rows say."""

from __future__ import annotations

import pytest

from bench.events import FUNCTIONS, NAIVE, Sold, judge
from bench.pages import HEADS, Report

GOOD = Sold([0.1] * 95 + [0.4] * 5, [0.2], 100, 50.0, 0, 0, 0)
SLOW = Sold([2.0], [], 1, 1.0, 0, 0, 0)


def judged(mine: Sold, its: Sold = SLOW) -> Report:
    report = Report()
    judge(report, {FUNCTIONS: mine, NAIVE: its})
    return report


def test_a_good_sale_has_a_row_for_each_side_and_misses_nothing() -> None:
    report = judged(GOOD)
    assert report.missed == []
    assert report.rows["events"] == [
        (FUNCTIONS, "100", "50.0", "100", "400", "200", "0", "0", "0"),
        (NAIVE, "1", "1.0", "2,000", "2,000", "–", "0", "0", "0"),
    ]
    assert {len(row) for row in report.rows["events"]} == {len(HEADS["events"])}


@pytest.mark.parametrize(
    ("mine", "missed"),
    [
        (GOOD._replace(a_second=9.9), "9.9 times"),
        (GOOD._replace(holds=[0.1] * 94 + [0.6] * 6), "p95 of a hold: 600 ms"),
        (GOOD._replace(refusals=[0.6]), "p95 of SOLD_OUT: 600 ms"),
        (GOOD._replace(failed=1), "1 holds failed"),
        (GOOD._replace(oversold=1), "1 oversold"),
        (GOOD._replace(stranded=2), "2 stranded"),
    ],
    ids=["rate", "hold", "sold out", "failed", "oversold", "stranded"],
)
def test_what_falls_short_is_missed(mine: Sold, missed: str) -> None:
    (line,) = judged(mine).missed
    assert missed in line
