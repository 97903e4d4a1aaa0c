"""The deployed rules give every expected answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from .all_cases import ALL, GROUPS
from .case import Case


@pytest.mark.parametrize("group", GROUPS)
def test_the_rules_answer_as_written(group: str, answer: Callable[[Case], bool]) -> None:
    answers = {case.name: answer(case) for case in GROUPS[group]}
    assert answers == {case.name: case.allowed for case in GROUPS[group]}


def test_every_case_is_run() -> None:
    # Answers are kept by name and cases are grouped by name: two cases of one name would be one.
    assert [name for name, times in Counter(map(str, ALL)).items() if times > 1] == []
    assert sum(map(len, GROUPS.values())) == len(ALL)
