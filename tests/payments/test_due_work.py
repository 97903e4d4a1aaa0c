"""An item that fails in a sweep backs off like any other, so that it hides nothing behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common import clock, documents, history
from common.documents import Doc, Unit
from common.history import Change
from common.retry import Busy
from payments import due_work
from payments.due_work import DueWork
from payments.purchase import RESUME_AFTER, Purchase
from tests.support.driver import Driver

ID = "one"


def due_item() -> Doc:
    """An item that is due now."""
    doc, unit = Doc.new(documents.ref("items", ID)), Unit()
    fields = {"status": "open", "due_action": "act", "due_at": clock.now()}
    history.begin(unit, doc, fields, Change("open", "u", clock.now()))
    unit.commit()
    return doc


def finished(id_: str) -> Purchase | None:
    return None


def unfinished(id_: str) -> Purchase | None:
    (doc,) = documents.read(documents.ref("items", id_))
    return Purchase(doc)


def broken(id_: str) -> Purchase | None:
    raise ValueError("broken")


def busy(id_: str) -> Purchase | None:
    raise Busy


def work(catch_up: Any) -> DueWork:
    return DueWork("domain", "items", ("act",), (), catch_up)


@pytest.mark.parametrize("catch_up", [unfinished, broken, busy])
def test_what_is_not_finished_is_due_again_later_after_each_try(driver: Driver, catch_up: Any) -> None:
    driver.freeze()
    due_item()
    waited = []
    for tries in range(1, 7):
        now = clock.now()
        assert due_work.catch_up(work(catch_up), ID) is False
        item = driver.document(f"items/{ID}")
        assert item["tries"] == tries
        waited.append(item["due_at"] - now)
        driver.advance(waited[-1].total_seconds())
    assert waited[:4] == [RESUME_AFTER * 2**tries for tries in range(1, 5)]
    assert waited[-1] == due_work.LONGEST_WAIT == timedelta(hours=1)


def test_what_is_finished_is_not_touched(driver: Driver) -> None:
    due_item()
    assert due_work.catch_up(work(finished), ID) is True
    assert "tries" not in driver.document(f"items/{ID}")


def test_an_item_that_cannot_even_be_postponed_fails_alone(driver: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    driver.db.document(f"items/{ID}").set({"due_at": clock.now(), "due_action": "act", "tries": "many"})
    assert due_work.catch_up(work(broken), ID) is False
    assert capsys.readouterr().err.count('"sweep item failed"') == 2
