"""Fixtures: one seeded project under the real rules, and what they answered to each case."""

from __future__ import annotations

import os
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
def rules_emulator() -> Iterator[Emulator]:
    """One that nobody clears: it keeps the projects, and which of their rules' expressions were evaluated."""
    with Emulator.start(
        env={name: value for name, value in os.environ.items() if name != "FIRESTORE_EMULATOR_HOST"}
    ) as it:
        yield it


@pytest.fixture(scope="session")
def open_database(rules_emulator: Emulator) -> Iterator[Callable[[str], Database]]:
    """Opens a new seeded project under the given rules text; each is closed at the end of the run."""
    opened: list[Database] = []

    def open_under(rules: str) -> Database:
        project = f"demo-rules-{secrets.token_hex(4)}"
        rules_emulator.load_rules(rules, project)
        database = Database(rules_emulator.host, project)
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
