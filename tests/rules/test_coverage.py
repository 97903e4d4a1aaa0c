"""The cases reach every expression of firestore.rules, and see every condition both true and false."""

from __future__ import annotations

from collections.abc import Callable

from .all_cases import ALL
from .case import Case
from .conftest import RULES
from .coverage import gaps
from .rest import Database


def test_every_expression_is_covered(database: Database, answer: Callable[[Case], bool]) -> None:
    for case in ALL:
        answer(case)
    assert gaps(database.coverage()) == []


def test_control_without_cases_nothing_is_covered(open_database: Callable[[str], Database]) -> None:
    # The report lists expressions that no case reached, so an unused rule or function is a gap.
    rules = RULES.read_text(encoding="utf-8")
    uncovered = gaps(open_database(rules).coverage())
    assert all("never evaluated" in line for line in uncovered)
    # Every condition starts on a line of its own, so the report must name each of these lines.
    for number, line in enumerate(rules.splitlines(), start=1):
        if line.lstrip().startswith(("return ", "allow ")):
            assert any(gap.startswith(f"line {number}:") for gap in uncovered), line
