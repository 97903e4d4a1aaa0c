"""Controls: under other rules the same cases get other answers, so the suite would notice.

A refusal proves nothing if the request was refused for its form, nor a permission if everything is permitted.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .all_cases import GROUPS
from .case import Case
from .people_and_documents import PEOPLE
from .rest import Database

_TEMPLATE = """rules_version = '2';
service cloud.firestore {{
  match /databases/{{database}}/documents {{
    match /{{path=**}} {{ allow read, write: if {condition}; }}
  }}
}}
"""


def _sample(allowed: bool) -> dict[str, list[Case]]:
    """The cases of each group with this answer: one of them where only the person differs, else all."""
    groups = {name: [case for case in group if case.allowed is allowed] for name, group in GROUPS.items()}
    return {name: cases[:1] if cases[0].name in PEOPLE else cases for name, cases in groups.items() if cases}


_REFUSED = _sample(allowed=False)
_PERMITTED = _sample(allowed=True)


@pytest.fixture(scope="module")
def open_to_all(open_database: Callable[[str], Database]) -> Database:
    return open_database(_TEMPLATE.format(condition="true"))


@pytest.fixture(scope="module")
def closed_to_all(open_database: Callable[[str], Database]) -> Database:
    return open_database(_TEMPLATE.format(condition="false"))


@pytest.mark.parametrize("group", _REFUSED)
def test_permissive_rules_fail_every_refusal(group: str, open_to_all: Database) -> None:
    assert [case.name for case in _REFUSED[group] if not case.attempt(open_to_all)] == []


@pytest.mark.parametrize("group", _PERMITTED)
def test_closed_rules_fail_every_permission(group: str, closed_to_all: Database) -> None:
    assert [case.name for case in _PERMITTED[group] if case.attempt(closed_to_all)] == []
