"""Documents with a version and a history: every change is the next version and one more line of ``{document}/history``.

The version makes every guarded write change something, which compare-and-set needs; the lines are numbered by it, so a
gap or a second line for one change cannot be written. A document without a ``status`` has lines without states. What an
administrator changes is in the audit too (``common.audit``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from google.cloud import firestore

from common import audit, documents
from common.documents import Doc, Unit

Lines = Mapping[int, Mapping[str, Any]]
"""A history's lines by version."""
NOTHING: Lines = MappingProxyType({})


@dataclass(frozen=True)
class Change:
    """Why a document changes.

    Attributes:
        event: what happened.
        actor: a uid, ``schedule`` or ``stripe``.
        at: the server's time.
        reason: why, where the event alone does not say.
    """

    event: str
    actor: str
    at: datetime
    reason: str | None = None


def line_ref(document: firestore.DocumentReference, version: int) -> firestore.DocumentReference:
    """The line of one version of a document."""
    return documents.ref(*document.path.split("/"), "history", str(version))


def lines(document: firestore.DocumentReference) -> Lines:
    """The lines of a document's history. They are left where only the document itself was deleted."""
    found = document.collection("history").stream()
    return {int(line.id): line.to_dict() or {} for line in found if line.id.isdecimal()}


def begin(unit: Unit, doc: Doc, fields: dict[str, Any], change: Change, after: Lines = NOTHING) -> int:
    """Plan a new document in its first version, or the one after what is left of its history. Returns that version."""
    last = max(after, default=0)
    audit.of_change(unit, doc, fields, change.actor)
    unit.create(doc, {**fields, "version": last + 1})
    before = after[last].get("to") if after else None
    unit.create_unread(line_ref(doc.ref, last + 1), _line(before, fields.get("status"), change))
    return last + 1


def advance(unit: Unit, doc: Doc, changes: dict[str, Any], change: Change) -> int:
    """Plan the next version of a document, which must be as it was read. Returns that version."""
    version, before = int(doc["version"]) + 1, doc.get("status")
    audit.of_change(unit, doc, changes, change.actor)
    unit.update_as_read(doc, {**changes, "version": version})
    unit.create_unread(line_ref(doc.ref, version), _line(before, changes.get("status", before), change))
    return version


def _line(before: str | None, after: str | None, change: Change) -> dict[str, Any]:
    return {
        "from": before,
        "to": after,
        "event": change.event,
        "actor": change.actor,
        "reason": change.reason,
        "at": change.at,
    }


def problems(version: int, status: str | None, lines: Lines) -> Iterator[str]:
    """What is wrong with a history: it has one line a version, each beginning where the one before ended."""
    if sorted(lines) != list(range(1, version + 1)):
        yield f"history {sorted(lines)} for version {version}"
        return
    states = [None, *(lines[number]["to"] for number in sorted(lines))]
    if any(lines[number]["from"] != states[number - 1] for number in lines):
        yield "history does not connect"
    if states[-1] != status:
        yield f"history ends in {states[-1]}, status is {status}"
