"""Fixtures: one seeded project under the real rules, and what they answered to each case."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devkit.emulator import Emulator

from .case import Case
from .people_and_documents import DOCUMENTS
from .rest import Database

RULES = Path(__file__).parents[2] / "firestore.rules"


@pytest.fixture(scope="session")
def open_database(emulator: Emulator) -> Iterator[Callable[[str], Database]]:
    """Opens a new seeded project under the given rules text; each is closed at the end of the run."""
    opened: list[Database] = []

    def open_under(rules: str) -> Database:
        # A project of its own: other tests on this emulator keep their documents, and this one its coverage.
        project = f"demo-rules-{secrets.token_hex(4)}"
        emulator.load_rules(rules, project)
        database = Database(emulator.host, project)
        opened.append(database)
        database.seed(DOCUMENTS)
        return database

    yield open_under
    for database in opened:
        database.close()


@pytest.fixture(scope="session")
def database(open_database: Callable[[str], Database]) -> Database:
    """The project under firestore.rules as it is deployed."""
    return open_database(RULES.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def answer(database: Database) -> Callable[[Case], bool]:
    """Makes the attempt of a case under the deployed rules, once for all tests.

    Coverage needs every attempt made, whether the other tests ran before it, later, or not at all.
    """
    answers: dict[str, bool] = {}

    def attempt_once(case: Case) -> bool:
        if str(case) not in answers:
            answers[str(case)] = case.attempt(database)
        return answers[str(case)]

    return attempt_once
