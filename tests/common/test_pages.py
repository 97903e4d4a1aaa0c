"""Queries read page after page, and trees of documents deleted, until a deadline."""

from __future__ import annotations

import pytest
from google.cloud import firestore

from common import documents, pages
from common.deadline import Deadline


@pytest.fixture
def seven(clean: None, db: firestore.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven documents, of which three make a page."""
    monkeypatch.setattr(pages, "PAGE", 3)
    for number in range(7):
        db.document(f"things/{number}").set({"kind": "thing"})


def _things() -> firestore.CollectionReference:
    return documents.collection("things")


def _left() -> list[str]:
    return [found.id for found in _things().stream()]


def test_every_page_is_read_once(seven: None) -> None:
    read = [[found.id for found in page] for page in pages.pages(_things(), Deadline())]
    assert read == [["0", "1", "2"], ["3", "4", "5"], ["6"]]


def test_nothing_is_read_after_the_deadline(seven: None) -> None:
    assert list(pages.pages(_things(), Deadline(0))) == []


def test_all_that_is_found_is_deleted_as_far_as_it_is_meant(seven: None) -> None:
    pages.delete_all(_things(), Deadline(), lambda reference: reference.id != "4")
    assert _left() == ["4"]


def test_nothing_is_deleted_after_the_deadline(seven: None) -> None:
    pages.delete_all(_things(), Deadline(0))
    pages.delete_tree(_things().document("1"), Deadline(0))
    assert len(_left()) == 7


def test_a_tree_is_deleted_with_what_has_no_document_above_it(seven: None, db: firestore.Client) -> None:
    for path in ("things/1/below/a", "things/1/below/missing/deeper/b", "things/1/beside/c", "things/10/below/d"):
        db.document(path).set({"here": True})
    pages.delete_tree(_things().document("1"), Deadline())
    assert "1" not in _left()
    assert [found.id for found in db.collection_group("below").stream()] == ["d"]
    assert list(db.collection_group("deeper").stream()) == list(db.collection_group("beside").stream()) == []
