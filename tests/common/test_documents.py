"""The client of Firestore that all functions of a process share, and commits that take effect only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.api_core.exceptions import GoogleAPIError, InvalidArgument, RetryError

from common import documents, firestore_api
from common.documents import PASSING, RPC_TIMEOUT_SECONDS, Doc, LostRace, Unit
from tests.support.scripted_firestore import ScriptedFirestore


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


def test_what_was_read_from_memory_cannot_be_guarded(clean: None) -> None:
    """A document of the cache has no update time, so a write that relied on it would be blind."""
    remembered = Doc(documents.ref("documents", "one"), {"version": 1})
    with pytest.raises(LookupError):
        Unit().update_as_read(remembered, {"version": 2})


def test_many_who_add_at_once_each_learn_another_sum(clean: None) -> None:
    sums: list[int] = []

    def add(amount: int) -> None:
        unit = Unit()
        unit.create_unread(documents.ref("documents", f"of-{amount}"), {})
        unit.add_blindly(documents.ref("documents", "sum"), "amount", amount, {"kept": True}, sums.append)
        unit.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(1, 9)))
    assert documents.read(documents.ref("documents", "sum"))[0].data == {"amount": 36, "kept": True}
    assert (len(set(sums)), max(sums)) == (8, 36)


def test_a_lost_commit_adds_nothing_and_tells_nobody(clean: None) -> None:
    sums: list[int] = []
    documents.ref("documents", "one").set({})
    unit = Unit()
    unit.create_unread(documents.ref("documents", "one"), {})
    unit.add_blindly(documents.ref("documents", "sum"), "amount", 1, {}, sums.append)
    with pytest.raises(LostRace):
        unit.commit()
    assert sums == []
    assert not documents.read(documents.ref("documents", "sum"))[0].exists


SHOWN = "shown" * 40


def _show(*, may_create: bool = False) -> Doc:
    """Write a document of ours, and show something of it on one of the app's."""
    unit, ours = Unit(), Doc.new(documents.ref("documents", "ours"))
    unit.create(ours, {"version": 1})
    unit.show(documents.ref("documents", "the-apps"), {"shown": SHOWN}, may_create=may_create)
    unit.commit()
    return ours


def _the_apps() -> Doc:
    (doc,) = documents.read(documents.ref("documents", "the-apps"))
    return doc


def test_what_is_shown_is_written_in_the_same_commit(clean: None) -> None:
    documents.ref("documents", "the-apps").set({"name": "Hanako"})
    _show()
    assert _the_apps().data == {"name": "Hanako", "shown": SHOWN}


def test_what_was_deleted_is_not_written_back_and_stops_nothing(clean: None) -> None:
    ours = _show()
    assert not _the_apps().exists
    assert documents.read(ours.ref)[0].exists


def test_what_its_owner_may_have_made_now_is_made(clean: None) -> None:
    _show(may_create=True)
    assert _the_apps().data == {"shown": SHOWN}


def test_a_full_document_stops_nothing(clean: None) -> None:
    """Firestore takes a document of 1 MiB at most. Written like any other, it would stop the whole commit."""
    full = documents.ref("documents", "the-apps")
    full.set({"text": "x" * (1024 * 1024 - 100)})
    ours = _show()
    assert documents.read(ours.ref)[0].exists
    _update(ours, version=2)
    unit = Unit()
    unit.merge_blindly(full, {"shown": SHOWN})
    with pytest.raises(InvalidArgument):
        unit.commit()


@pytest.mark.parametrize("gone", ["one", "other"])
def test_what_one_document_cannot_show_another_still_does(clean: None, gone: str) -> None:
    (there,) = {"one", "other"} - {gone}
    documents.ref("documents", there).set({})
    unit, ours = Unit(), Doc.new(documents.ref("documents", "ours"))
    unit.create(ours, {"version": 1})
    unit.show(documents.ref("documents", "one"), {"shown": 1})
    unit.show(documents.ref("documents", "other"), {"shown": 1})
    unit.commit()
    assert documents.ref("documents", there).get().to_dict() == {"shown": 1}
    assert not documents.ref("documents", gone).get().exists
    _update(ours, version=2)


def test_a_lost_race_is_lost_with_something_shown_too(clean: None) -> None:
    documents.ref("documents", "the-apps").set({})
    one, other = _read_twice(version=1)
    _update(one, version=2)
    unit = Unit()
    unit.update_as_read(other, {"version": 2})
    unit.show(documents.ref("documents", "the-apps"), {"shown": SHOWN})
    with pytest.raises(LostRace):
        unit.commit()
    assert _the_apps().data == {}


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedFirestore]:
    """A Firestore that fails as it is told to."""
    with ScriptedFirestore() as server, monkeypatch.context() as there:
        there.setenv("FIRESTORE_EMULATOR_HOST", server.host)
        documents.connection.forget()
        yield server
        documents.connection().api.close()
    documents.connection.forget()


def a_read() -> None:
    (doc,) = documents.read(documents.ref("documents", "one"))
    assert not doc.exists


def a_commit() -> None:
    unit = Unit()
    unit.merge_blindly(documents.ref("documents", "one"), {"version": 1})
    unit.commit()


each_request = pytest.mark.parametrize("request_", [a_read, a_commit])


@each_request
def test_a_request_waits_as_long_as_an_app_would(scripted: ScriptedFirestore, request_: Callable[[], None]) -> None:
    """The client itself would wait a minute and more."""
    request_()
    (seconds,) = scripted.patience
    # gRPC rounds up what it sends, by a hundredth.
    assert 0 < seconds <= RPC_TIMEOUT_SECONDS * 1.02


@each_request
def test_a_request_is_repeated_while_firestore_is_away(
    scripted: ScriptedFirestore, request_: Callable[[], None]
) -> None:
    scripted.failures = ["UNAVAILABLE"] * 3
    request_()
    assert len(scripted.patience) == 4


@each_request
def test_but_not_for_longer_than_an_app_would_wait(
    scripted: ScriptedFirestore, monkeypatch: pytest.MonkeyPatch, request_: Callable[[], None]
) -> None:
    assert firestore_api.REPEATED_FOR_SECONDS == RPC_TIMEOUT_SECONDS
    monkeypatch.setattr(firestore_api, "REPEATED_FOR_SECONDS", 0.001)
    scripted.failures = ["UNAVAILABLE"]
    with pytest.raises(RetryError):
        request_()
    assert len(scripted.patience) == 1


@each_request
def test_a_repetition_waits_for_what_is_left_of_the_time(
    scripted: ScriptedFirestore, monkeypatch: pytest.MonkeyPatch, request_: Callable[[], None]
) -> None:
    monkeypatch.setattr(firestore_api, "REPEATED_FOR_SECONDS", RPC_TIMEOUT_SECONDS / 2)
    scripted.failures = ["UNAVAILABLE"]
    request_()
    first, second = scripted.patience
    # gRPC rounds up what it sends, by a hundredth.
    assert second <= RPC_TIMEOUT_SECONDS / 2 * 1.02 < first


@each_request
@pytest.mark.parametrize("status", ["RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNKNOWN"])
def test_any_other_passing_failure_is_the_callers_to_repeat(
    scripted: ScriptedFirestore, request_: Callable[[], None], status: str
) -> None:
    scripted.failures = [status]
    with pytest.raises(GoogleAPIError) as met:
        request_()
    assert isinstance(met.value, PASSING)
    assert len(scripted.patience) == 1


def test_an_answer_that_breaks_off_is_a_passing_failure(scripted: ScriptedFirestore) -> None:
    scripted.breaks_off = True
    with pytest.raises(PASSING):
        documents.read(documents.ref("documents", "one"), documents.ref("documents", "two"))
