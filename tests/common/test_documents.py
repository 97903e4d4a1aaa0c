"""The client of Firestore that all functions of a process share, and commits that take effect only once."""

from __future__ import annotations

import pytest

from common import documents
from common.documents import Doc, LostRace, Unit


def test_a_client_comes_with_its_channel(clean: None) -> None:
    """It would make one at its first request, and each thread one of its own if several come at once."""
    made = documents.client._make()
    assert made._firestore_api_internal is not None
    made.close()  # type: ignore[no-untyped-call]


def _read_twice(version: int) -> tuple[Doc, Doc]:
    """One document as two machines have read it."""
    reference = documents.ref("documents", "one")
    reference.set({"version": version})
    (one,), (other,) = documents.read(reference), documents.read(reference)
    return one, other


def _update(doc: Doc, version: int) -> None:
    unit = Unit()
    unit.update_as_read(doc, {"version": version})
    unit.commit()


def test_of_two_updates_of_what_was_read_the_second_is_lost(clean: None) -> None:
    one, other = _read_twice(version=1)
    _update(one, version=2)
    with pytest.raises(LostRace):
        _update(other, version=2)


def test_an_update_that_changes_nothing_is_not_noticed(clean: None) -> None:
    """Firestore keeps the update time then, so both succeed: a guarded write has to change something."""
    one, other = _read_twice(version=1)
    _update(one, version=1)
    _update(other, version=1)


def test_after_a_commit_its_document_is_updated_again_without_a_read(clean: None) -> None:
    one, _ = _read_twice(version=1)
    _update(one, version=2)
    _update(one, version=3)
    assert documents.read(one.ref)[0]["version"] == 3


def test_what_was_not_read_is_not_taken_for_missing(clean: None) -> None:
    unread = Doc.unread(documents.ref("documents", "one"))
    with pytest.raises(LookupError):
        _ = unread.exists
    with pytest.raises(LookupError):
        unread.get("version")
    assert not Doc.new(documents.ref("documents", "new")).exists


def test_what_was_read_from_memory_cannot_be_guarded(clean: None) -> None:
    """A document of the cache has no update time, so a write that relied on it would be blind."""
    remembered = Doc(documents.ref("documents", "one"), {"version": 1})
    with pytest.raises(LookupError):
        Unit().update_as_read(remembered, {"version": 2})
