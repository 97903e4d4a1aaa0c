"""Lost races are decided again; what can never be won is reported with the document that is in the way."""

from __future__ import annotations

import json

import pytest

from common import documents, retry
from common.documents import Doc, LostRace, Unit
from common.retry import Busy, run_until_committed

BLOCKED = '"write blocked"'


def test_a_document_that_is_always_in_the_way_is_reported(clean: None, capsys: pytest.CaptureFixture[str]) -> None:
    reference = documents.ref("documents", "one", "history", "2")
    reference.set({"left": "over"})

    def create() -> None:
        unit = Unit()
        unit.create(Doc.new(documents.ref("documents", "another")), {})
        unit.create_unread(reference, {})
        unit.commit()

    with pytest.raises(Busy):
        run_until_committed(create)
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["documents"] for line in said if line["message"] == "write blocked"] == [[reference.path]]


def test_a_race_lost_each_time_to_somebody_else_is_not(clean: None, capsys: pytest.CaptureFixture[str]) -> None:
    versions = iter(range(100))

    def create() -> None:
        reference = documents.ref("documents", "one", "history", str(next(versions)))
        reference.set({})
        unit = Unit()
        unit.create_unread(reference, {})
        unit.commit()

    with pytest.raises(Busy):
        run_until_committed(create)
    assert BLOCKED not in capsys.readouterr().err


def test_a_document_read_anew_that_changes_each_time_is_not(
    clean: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose() -> None:
        raise LostRace

    monkeypatch.setattr(retry, "ROUNDS", 3)
    with pytest.raises(Busy):
        run_until_committed(lose)
    assert BLOCKED not in capsys.readouterr().err
