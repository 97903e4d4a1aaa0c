"""Every document there is, to see which of them a call changed."""

from __future__ import annotations

from typing import Any

from google.cloud import firestore

Snapshot = dict[str, bytes]


def snapshot(db: firestore.Client) -> Snapshot:
    """Each document by its path, fields and update time as on the wire: a rewrite with equal fields differs too.

    One query for all collections and subcollections, also such as a test does not know of.
    """
    root = f"{db._database_string}/documents"
    query = {"parent": root, "structured_query": {"from": [{"all_descendants": True}]}}
    answers: Any = db._firestore_api.run_query(request=query, metadata=db._rpc_metadata)
    documents = [answer.document for answer in answers if answer.document.name]
    # Maps have no order on the wire unless asked for one.
    return {
        document.name.removeprefix(f"{root}/"): document._pb.SerializeToString(deterministic=True)
        for document in documents
    }


def changed(before: Snapshot, after: Snapshot, *, but: tuple[str, ...] = ()) -> list[str]:
    """Paths of documents created, changed or deleted between the two, apart from the collections `but`."""
    paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    return sorted(path for path in paths if path.split("/")[0] not in but)
