"""createEvent: a draft, and its tiers."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from admission import roles
from admission.event import Event
from admission.event_answers import EventView
from admission.event_fields import (
    DEFAULT_LIMIT,
    DEFAULT_TERMS,
    CreateEventRequest,
    given,
    in_order,
)
from admission.new_tiers import sums, write_tiers
from admission.reasons import AdmissionReason
from admission.records import event_ref, organizer_ref
from admission.roles import EDITORS
from admission.states import EventStatus
from common import accounts, clock, documents, history
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import Doc, Unit
from common.errors import CallReason, Refusal
from common.history import Change


@callable_function(
    who="an owner or manager of the organiser",
    reasons=(AccountReason.ACCOUNT_DELETED, CallReason.PERMISSION_DENIED, AdmissionReason.ORGANIZER_NOT_FOUND),
)
def createEvent(caller: Caller, request: CreateEventRequest) -> EventView:  # noqa: N802
    """Writes down an event, which only its organiser sees until it is published."""
    organizer, deletion = documents.read(organizer_ref(request.organizer_id), accounts.deletion_ref(caller.uid))
    now = clock.now()
    accounts.refuse_if_deleted(deletion, now)
    roles.require(caller, organizer, EDITORS)
    doc, unit = Doc.new(event_ref(f"ev-{secrets.token_hex(10)}")), Unit()
    fields = _defaults(organizer, now) | given(request)
    if not in_order(fields):
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="the times do not follow each other")
    tiers = write_tiers(unit, doc.id, request.tiers)
    history.begin(unit, doc, {**fields, **sums(request.tiers)}, Change("create", caller.uid, now))
    unit.commit()
    return EventView.of(Event(doc), tiers)


def _defaults(organizer: Doc, now: datetime) -> dict[str, Any]:
    return {
        "organizer_name": organizer.get("name") or organizer.id,
        "status": EventStatus.DRAFT,
        "timezone": "Asia/Tokyo",
        "max_per_person": DEFAULT_LIMIT,
        "cancel_terms": DEFAULT_TERMS,
        "transferable": False,
        "reentry": False,
        "rotating_qr": False,
        "published_at": None,
        "created_at": now,
        "updated_at": now,
    }
