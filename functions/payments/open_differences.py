"""Differences that are not resolved yet: ``reconciliation_differences/{domain}.{walk}.{id}``, looked at by every run.

What differs is kept here, however old it grows, until it is in order. A commit may put something here by itself: what
it wrote is then looked at until it is in order, whether anything lists it or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from common import clock, documents
from common.documents import Doc, LostRace, Unit
from common.pages import page_after

COLLECTION = "reconciliation_differences"
PURCHASES = "purchases"
"""The walk that compares a domain's purchases."""


@dataclass(frozen=True)
class Subject:
    """Something that is compared.

    Attributes:
        domain: the kind of purchase it belongs to.
        walk: the walk, or the list at Stripe, that compares it.
        id: its id there.
    """

    domain: str
    walk: str
    id: str

    @property
    def ref(self) -> firestore.DocumentReference:
        return documents.ref(COLLECTION, f"{self.domain}.{self.walk}.{self.id}")


def note(unit: Unit, domain: str, id_: str, walk: str = PURCHASES) -> None:
    """Plan to look at a purchase every day from now on, until it is in order. May be noted any number of times."""
    subject = Subject(domain, walk, id_)
    # The time changes the document, so that a run that finds it in order at this moment does not remove the note.
    unit.merge_blindly(subject.ref, {**vars(subject), "noted_at": clock.now()})


def keep(subject: Subject, lines: Sequence[str]) -> None:
    """Keep what differs, with the time at which it was first seen."""
    (known,) = documents.read(subject.ref)
    now, unit = clock.now(), Unit()
    found = {**vars(subject), "lines": list(lines), "last_seen": now, "first_seen": known.get("first_seen", now)}
    unit.merge_blindly(subject.ref, found)
    unit.commit()


def after(id_: str) -> list[Doc]:
    """A page of what is kept, in the order of the ids."""
    refs = page_after(documents.collection(COLLECTION), id_)
    found = documents.read_page(refs)
    return [found[reference.path] for reference in refs if found[reference.path].exists]


def subject_of(doc: Doc) -> Subject:
    """What a kept document is about."""
    return Subject(doc["domain"], doc["walk"], doc["id"])


def resolved(doc: Doc) -> None:
    """Remove what is in order; unless something was noted about it since it was read."""
    unit = Unit()
    unit.delete_as_read(doc)
    try:
        unit.commit()
    except LostRace:
        return


def told(most: int) -> tuple[list[str], int]:
    """The lines of what was first seen first, that many at most, and how many lines there are."""
    kept = documents.collection(COLLECTION)
    lines: list[str] = []
    count = 0
    last: Any = None
    query = kept.order_by("first_seen").select(["first_seen", "lines"]).limit(documents.AT_ONCE)
    while page := list((query.start_after(last) if last else query).stream(timeout=documents.RPC_TIMEOUT_SECONDS)):
        for found in page:
            count += len(found.get("lines"))
            lines += found.get("lines")[: most - len(lines)]
        last = page[-1]
    return lines, count
