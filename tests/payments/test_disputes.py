"""Which dispute of a payment counts, and whether it costs money."""

from __future__ import annotations

import pytest

from payments.disputes import costs_money, status_that_counts


@pytest.mark.parametrize(
    ("newest_first", "counts"),
    [
        ([], None),
        (["won"], "won"),
        (["warning_closed", "won"], "warning_closed"),
        (["needs_response", "won"], "needs_response"),
        (["warning_needs_response", "lost"], "lost"),
        (["won", "under_review"], "under_review"),
        (["lost", "needs_response"], "lost"),
    ],
)
def test_the_newest_that_costs_money_counts_else_the_newest(newest_first: list[str], counts: str | None) -> None:
    assert status_that_counts(newest_first) == counts


@pytest.mark.parametrize(
    ("status", "costs"),
    [
        (None, False),
        ("warning_needs_response", False),
        ("warning_under_review", False),
        ("warning_closed", False),
        ("won", False),
        ("prevented", False),
        ("needs_response", True),
        ("under_review", True),
        ("appeal_needs_response", True),
        ("appeal_under_review", True),
        ("lost", True),
        ("a status of next year", True),
    ],
)
def test_an_open_or_lost_dispute_costs_money(status: str | None, costs: bool) -> None:
    assert costs_money(status) is costs
