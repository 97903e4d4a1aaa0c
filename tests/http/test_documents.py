"""Control: the snapshot by which tests see that nothing changed does see every kind of change."""

from __future__ import annotations

import pytest
from google.cloud import firestore

from tests.support.documents import changed, snapshot


@pytest.mark.usefixtures("clean")
def test_every_kind_of_change_is_seen(db: firestore.Client) -> None:
    before = snapshot(db)
    assert "ticket_types/dm_consultation" in before
    assert changed(before, snapshot(db)) == []

    deep = db.document("unknown/without/history/1/more/2")
    deep.set({"map": {"b": 1, "a": 2}})
    created = snapshot(db)
    assert changed(before, created) == ["unknown/without/history/1/more/2"]
    assert changed(before, created, but=("unknown",)) == []

    deep.update({"map.a": 3})
    assert changed(created, snapshot(db)) == ["unknown/without/history/1/more/2"]

    deep.delete()
    db.document("users/imecon-1").delete()
    assert changed(before, snapshot(db)) == ["users/imecon-1"]
