"""storage.rules give every expected answer, and other rules would not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Final

import httpx
import pytest

from devkit.emulator import Emulator

from . import storage, uploads
from .case import Case
from .coverage import gaps
from .rest import Database

_TEMPLATE: Final = (
    "rules_version = '2'; service cloud.firestore {{ match /databases/{{d}}/documents {{"
    " match /{{path=**}} {{ allow read, write: if {condition}; }} }} }}"
)
_UPLOADS: Final = tuple(uploads.cases())
_METADATA: Final = tuple(uploads.metadata_cases())
_GROUPS: Final = {
    name: list(group) for name, group in groupby(sorted(_UPLOADS, key=lambda case: case.group), lambda case: case.group)
}


@pytest.fixture(scope="module")
def open_files(open_database: Callable[[str], Database]) -> Callable[[str], Database]:
    """A project with the seeded files under the given rules."""

    def open_under(rules: str) -> Database:
        database = open_database(rules)
        database.seed(uploads.FILES)
        return database

    return open_under


@pytest.fixture(scope="module")
def files(open_files: Callable[[str], Database]) -> Database:
    return open_files(storage.of_uploads())


def answers(cases: list[Case] | tuple[Case, ...], database: Database) -> dict[str, bool]:
    return {str(case): case.attempt(database) for case in cases}


def expected(cases: list[Case] | tuple[Case, ...]) -> dict[str, bool]:
    return {str(case): case.allowed for case in cases}


@pytest.mark.parametrize("group", _GROUPS)
def test_the_rules_answer_as_written(group: str, files: Database) -> None:
    assert answers(_GROUPS[group], files) == expected(_GROUPS[group])


def test_nobody_changes_metadata(open_files: Callable[[str], Database]) -> None:
    assert answers(_METADATA, open_files(storage.of_metadata())) == expected(_METADATA)
    assert storage.methods() == {"get", "create", "delete"}


def test_every_expression_is_covered(files: Database) -> None:
    answers(_UPLOADS, files)
    assert gaps(files.coverage()) == []


def test_control_open_and_closed_rules_answer_otherwise(open_files: Callable[[str], Database]) -> None:
    open_to_all, closed = (open_files(_TEMPLATE.format(condition=condition)) for condition in ("true", "false"))
    cases = [*_UPLOADS, *_METADATA]
    assert [str(case) for case in cases if not case.allowed and not case.attempt(open_to_all)] == []
    assert [str(case) for case in cases if case.allowed and case.attempt(closed)] == []


def test_as_rules_of_storage_they_compile_without_a_warning(emulator: Emulator) -> None:
    def issues(rules: str) -> object:
        body = {"rules": {"files": [{"name": "storage.rules", "content": rules}]}}
        url = f"http://{emulator.host}/emulator/v1/projects/demo-storage-rules:securityRules"
        answer = httpx.put(url, json=body, trust_env=False)
        assert answer.is_success, answer.text
        return answer.json().get("issues", [])

    rules = storage.RULES.read_text(encoding="utf-8")
    assert issues(rules) == []
    # Control: a name that rules of Storage do not know is one.
    assert issues(rules.replace("isMine()", "isOurs()", 1)) != []
