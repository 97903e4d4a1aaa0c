"""firestore.indexes.json holds exactly the indexes the queries need: the emulator does not miss any."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from .queries import APP_QUERIES, CONSOLE_QUERIES, SERVER_INDEXES, Query

_FILE: Final = Path(__file__).parents[2] / "firestore.indexes.json"
_DEFINITIONS: Final[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))

_Index = tuple[str, frozenset[str], tuple[str, ...]]
"""Collection id, equality fields (their order and direction do not matter to a query), sorted fields."""


def _needed(query: Query) -> _Index | None:
    """The composite index of a query; None where Firestore's own single-field indexes do.

    Equality filters alone are merged from single-field indexes, and so is a sort without a filter.
    """
    if not (query.where and query.order):
        return None
    return query.collection.rpartition("/")[2], frozenset(query.where), (query.order,)


def _declared(index: dict[str, Any]) -> _Index:
    """An index whose last field is the sorted one, as all of ours are."""
    sign = {"ASCENDING": "", "DESCENDING": "-"}
    names = [sign[field["order"]] + field["fieldPath"] for field in index["fields"]]
    return index["collectionGroup"], frozenset(names[:-1]), (names[-1],)


_DECLARED: Final = [_declared(index) for index in _DEFINITIONS["indexes"]]
_SERVER: Final[list[_Index]] = [(group, frozenset(names[:-1]), names[-1:]) for group, names in SERVER_INDEXES]
_QUERIES: Final = [query for query in (*APP_QUERIES, *CONSOLE_QUERIES) if _needed(query)]


@pytest.mark.parametrize("query", _QUERIES, ids=str)
def test_every_query_has_its_index(query: Query) -> None:
    assert _needed(query) in _DECLARED


@pytest.mark.parametrize("index", _SERVER, ids=lambda index: str(index[0]))
def test_every_sweep_has_its_index(index: _Index) -> None:
    assert index in _DECLARED


def test_every_index_has_a_query() -> None:
    assert set(_DECLARED) - set(_SERVER) - {_needed(query) for query in _QUERIES} == set()
    assert len(set(_DECLARED)) == len(_DECLARED)


def test_expiring_collections_are_cleared_by_firestore() -> None:
    expiring = [field for field in _DEFINITIONS["fieldOverrides"] if "ttl" in field]
    assert {(field["collectionGroup"], field["fieldPath"]) for field in expiring} == {
        ("stripe_events", "expireAt"),
        ("event_scans", "expire_at"),
        ("qr_usage_history", "expireAt"),
        ("point_awards", "expireAt"),
        ("award_counts", "expireAt"),
        ("ticket_code_batches", "expireAt"),
        ("rate_limits", "expireAt"),
    }
    # Nobody sorts by it, and an index on an ever-growing time makes one busy range of every write.
    assert all(field["ttl"] is True and field["indexes"] == [] for field in expiring)


def test_somebodys_messages_are_found_in_all_rooms_at_once() -> None:
    """deleteAccount asks across rooms, for which a field has no index of its own accord."""
    (override,) = [field for field in _DEFINITIONS["fieldOverrides"] if field["fieldPath"] == "sender_ref"]
    assert override["collectionGroup"] == "messages"
    # An override replaces what Firestore would have indexed by itself, so that stands there too.
    assert {(index["queryScope"], index.get("order") or index["arrayConfig"]) for index in override["indexes"]} == {
        ("COLLECTION", "ASCENDING"),
        ("COLLECTION", "DESCENDING"),
        ("COLLECTION", "CONTAINS"),
        ("COLLECTION_GROUP", "ASCENDING"),
    }


def test_no_query_uses_a_field_whose_index_is_off() -> None:
    without = {
        (field["collectionGroup"], field["fieldPath"])
        for field in _DEFINITIONS["fieldOverrides"]
        if not field["indexes"]
    }
    used = {
        (query.collection.rpartition("/")[2], name)
        for query in (*APP_QUERIES, *CONSOLE_QUERIES)
        for name in (*query.where, (query.order or "").lstrip("-"))
    }
    assert without & (used | {(group, name) for group, names in SERVER_INDEXES for name in names}) == set()


def test_the_file_has_the_form_firebase_deploy_accepts() -> None:
    assert set(_DEFINITIONS) == {"indexes", "fieldOverrides"}
    for index in _DEFINITIONS["indexes"]:
        assert set(index) == {"collectionGroup", "queryScope", "fields"}
        assert index["queryScope"] == "COLLECTION"
        assert len(index["fields"]) > 1
        assert all(field["order"] in ("ASCENDING", "DESCENDING") for field in index["fields"])
    for override in _DEFINITIONS["fieldOverrides"]:
        assert {"collectionGroup", "fieldPath", "indexes"} <= set(override)
        assert set(override) <= {"collectionGroup", "fieldPath", "indexes", "ttl"}
