"""The ledger of Stripe's events: one line ``stripe_events/{id}`` for each, written in the commit that settles it.

A line says what became of the event. It makes a second delivery do nothing, and shows what was not settled, so that a
later version of the code can look at it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from common import clock, documents
from common.documents import Doc, LostRace, Unit
from common.pages import page_after
from common.retry import run_until_committed
from payments import events
from payments.answer import Answer
from payments.origin import Origin

KEEP = timedelta(days=events.KEPT_DAYS + 1)


class Settled(StrEnum):
    """What became of an event."""

    SETTLED = "settled"
    DEFERRED = "deferred"
    """Of our project, for a kind of purchase that nothing here serves."""
    OTHER_MODE = "ignored_mode"
    OTHER_TYPE = "ignored_type"
    """Of a type that its domain does not follow."""
    FOREIGN = "ignored_foreign"
    """Of another project or application on the account."""
    FAILED = "failed"
    """Found in Stripe's list, and not settled yet: something failed, or it may still be delivered."""


LOOKED_AT_AGAIN = (Settled.DEFERRED, Settled.OTHER_TYPE, Settled.OTHER_MODE, Settled.FAILED)
"""What another version, the right key, or another day, may settle. Another project's event stays another's."""


@dataclass(frozen=True)
class Line:
    """An event's line in the ledger: read with the documents it settles, and written with them.

    Attributes:
        ref: where it stands.
        fields: what it will say.
    """

    ref: firestore.DocumentReference
    fields: dict[str, Any]

    @property
    def about_a_dispute(self) -> bool:
        """Whether the event tells of a dispute."""
        return str(self.fields["type"]).startswith("charge.dispute.")

    def write(self, unit: Unit, found: Doc) -> None:
        """Plan the line, given how it was read; guarded, so that of two deliveries at once one settles.

        A line that stands there already is of an event that nothing could settle at the time.
        """
        if found.exists:
            unit.update_as_read(found, self.fields)
        else:
            unit.create(found, self.fields)


def was_settled(found: Doc) -> bool:
    """Whether an event was settled before, given its line as it was read."""
    return bool(found.get("outcome") == Settled.SETTLED)


def line(event: Answer, outcome: Settled, origin: Origin) -> Line:
    """The line that says so."""
    now = clock.now()
    return Line(
        _ref(event),
        {
            "type": event.type,
            "object": getattr(event.data.object, "id", None),
            "payment_intent": events.payment_intent_id(event),
            "created": datetime.fromtimestamp(event.created, UTC),
            "received_at": now,
            "outcome": outcome,
            "project": origin.project,
            "domain": origin.domain,
            "livemode": bool(event.livemode),
            "expireAt": now + KEEP,
        },
    )


def record(event: Answer, outcome: Settled, origin: Origin) -> bool:
    """Write the line of an event that settles nothing. Whether it says anything new."""
    return write(line(event, outcome, origin))


def write(written: Line) -> bool:
    """Write a line by itself. Whether it says anything new."""
    unit = Unit()
    unit.create_unread(written.ref, written.fields)
    try:
        unit.commit()
    except LostRace:
        return run_until_committed(lambda: _recorded_again(written))
    return True


def _recorded_again(written: Line) -> bool:
    (found,) = documents.read(written.ref)
    known = [found.get(name) for name in ("outcome", "project")]
    if was_settled(found) or known == [written.fields[name] for name in ("outcome", "project")]:
        return False
    unit = Unit()
    written.write(unit, found)
    unit.commit()
    return True


def without_line(events: Sequence[Answer]) -> list[Answer]:
    """Those of a page that have no line, in their order."""
    lines = documents.read_page(map(_ref, events), ["outcome"])
    return [event for event in events if not lines[_ref(event).path].exists]


@dataclass(frozen=True)
class Unsettled:
    """What the line of an event says that was recorded without being settled."""

    id: str
    type: str
    origin: Origin


def to_look_at_again(livemode: bool, after: str) -> list[Unsettled]:
    """A page of the events of a mode that were not settled, in the order of their ids."""
    query = (
        documents.collection("stripe_events")
        .where(filter=FieldFilter("outcome", "in", LOOKED_AT_AGAIN))
        .where(filter=FieldFilter("livemode", "==", livemode))
    )
    refs = page_after(query, after)
    lines = documents.read_page(refs, ["type", "project", "domain"])
    found = [lines[reference.path] for reference in refs]
    return [
        Unsettled(line.id, line["type"], Origin(line["project"], line["domain"], {})) for line in found if line.exists
    ]


def about(objects: Sequence[str]) -> list[Doc]:
    """The lines of the events about payments or sessions of these ids, oldest first, some of them."""
    found = {
        line.id: Doc.found(line)
        for field in ("payment_intent", "object")
        for id_ in objects
        for line in documents.collection("stripe_events")
        .where(filter=FieldFilter(field, "==", id_))
        .limit(100)
        .stream()
    }
    return sorted(found.values(), key=lambda line: (line["created"], line.id))


def _ref(event: Answer) -> firestore.DocumentReference:
    return documents.ref("stripe_events", event.id)
