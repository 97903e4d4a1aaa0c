"""The deployed rules give every expected answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from .cases import Case
from .questions import ALL, GROUPS


@pytest.mark.parametrize("group", GROUPS)
def test_the_rules_answer_as_written(group: str, answer: Callable[[Case], bool]) -> None:
    answers = {case.name: answer(case) for case in GROUPS[group]}
    assert answers == {case.name: case.allowed for case in GROUPS[group]}


def test_every_question_is_asked() -> None:
    # Answers are remembered by name and groups are split by name: a shared one would lose a question.
    assert [name for name, times in Counter(map(str, ALL)).items() if times > 1] == []
    assert sum(map(len, GROUPS.values())) == len(ALL)
