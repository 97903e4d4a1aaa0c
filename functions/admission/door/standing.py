"""Who stands at an event's door, and what is known of the event there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.cloud import firestore

from admission import roles
from admission.door.check import Rules
from admission.event import Event
from admission.reasons import AdmissionReason
from admission.records import event_ref, organizer_ref, staff_ref
from admission.roles import EDITORS, Role
from common import cache, clock
from common.callable import Caller
from common.documents import Doc
from common.errors import CallReason, Refusal

AT_THE_DOOR = EDITORS | {Role.DOOR}


@dataclass(frozen=True)
class Standing:
    """Somebody at an event's door, with the documents that were read beside.

    Attributes:
        gates: where they may be; everywhere if empty.
        beside: as they are now.
    """

    event: Event
    rules: Rules
    gates: Sequence[str]
    beside: list[Doc]


def stand(caller: Caller, event_id: str, *beside: firestore.DocumentReference) -> Standing:
    """Who is at the door, from memory for a minute at most, but ``until`` by the clock; and ``beside`` fresh.

    Raises:
        Refusal: ``EVENT_NOT_FOUND``, ``PERMISSION_DENIED``.
    """
    doc, staff, *found = cache.read(event_ref(event_id), staff_ref(event_id), beside=beside)
    event = Event(doc)
    if not event.exists:
        raise Refusal(AdmissionReason.EVENT_NOT_FOUND)
    gates = _gates(caller, staff)
    if gates is None:
        (organizer,) = cache.read(organizer_ref(event.organizer_id))
        if not roles.may(caller, organizer, AT_THE_DOOR):
            raise Refusal(CallReason.PERMISSION_DENIED)
    return Standing(event, Rules.of(event), gates or [], found)


def _gates(caller: Caller, staff: Doc) -> list[str] | None:
    """The gates of somebody who is named for this event and whose time is not over."""
    uids = staff.get("uids")
    named: Any = uids.get(caller.uid) if isinstance(uids, dict) else None
    if not isinstance(named, dict):
        return None
    until, gates = named.get("until"), named.get("gates")
    over = until is not None and (not isinstance(until, datetime) or until <= clock.now())
    # What was damaged by hand lets nobody stand there: an empty list would be everywhere.
    if over or not isinstance(gates, list) or not all(isinstance(gate, str) for gate in gates):
        return None
    return list(gates)
