"""Whatever two parties do to one ticket at the same instant: one wins, and everything agrees afterwards.

Every pair of contenders, each with itself too, twenty rounds. The control takes the guard away, and the same races
must then go wrong: otherwise they would prove nothing.
"""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import Any

import pytest
from google.cloud import firestore

from common import clock
from common.documents import Doc, Unit
from tests.integration.shop import Shop
from tests.support.consultation_races import CONTENDERS, Race, skewed

ROUNDS = 20
PAIRS = [Race(*pair) for pair in combinations_with_replacement(CONTENDERS, 2)]


@pytest.fixture
def machines(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The shop, served by machines whose clocks differ a little."""
    monkeypatch.setattr(clock, "_source", skewed(shop.travel.now))
    return shop


@pytest.mark.parametrize("race", PAIRS, ids=str)
def test_one_wins_and_everything_agrees(machines: Shop, race: Race) -> None:
    assert race.run(machines, ROUNDS) == []


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store whose writes do not depend on what was read."""

    def update(self: Unit, doc: Doc, changes: dict[str, Any]) -> None:
        self._batch.update(doc.ref, changes)
        self._after.append((doc, {**(doc.data or {}), **changes}))

    def add(self: Unit, reference: firestore.DocumentReference, data: dict[str, Any]) -> None:
        self._batch.set(reference, data)
        self._after.append((None, None))

    monkeypatch.setattr(Unit, "update_as_read", update)
    # A history line is created under the ticket's next version, which is a guard of its own.
    monkeypatch.setattr(Unit, "create_unread", add)


@pytest.mark.parametrize("race", [Race("accept", "cancel"), Race("accept", "decline")], ids=str)
def test_without_the_guard_the_same_races_go_wrong(machines: Shop, unguarded: None, race: Race) -> None:
    assert race.run(machines, ROUNDS) != []
