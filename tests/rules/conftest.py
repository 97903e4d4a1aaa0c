"""Fixtures: one seeded project under the real rules, and a memory of what they answered."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devkit.emulator import Emulator

from .cases import Case
from .rest import Database
from .world import DOCUMENTS

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
    """Asks the deployed rules about a case, but only once.

    Coverage needs every question asked, whether the other tests ran before it, later, or not at all.
    """
    remembered: dict[str, bool] = {}

    def ask(case: Case) -> bool:
        if str(case) not in remembered:
            remembered[str(case)] = case.attempt(database)
        return remembered[str(case)]

    return ask
