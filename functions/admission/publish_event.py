"""publishEvent, closeEvent and deleteEvent: whether an event's tickets can be had.

What is on sale the blocks say, because they are what a purchase compares: they change in the commit that changes the
event, so an instance that remembers an event for a minute sells nothing of one that was closed.
"""

from __future__ import annotations

from typing import Any

from admission.event_answers import EventView
from admission.event_request import REASONS, EventRequest
from admission.loaded_event import LoadedEvent
from admission.reasons import AdmissionReason
from admission.states import EVENT, EventCommand, EventStatus
from admission.tier import new_blocks
from common import clock, history
from common.callable import Caller, callable_function
from common.documents import Unit
from common.errors import Refusal
from common.history import Change
from common.messages import ResponseModel
from common.retry import run_until_committed
from common.state_machine import Verdict


class DeleteEventResponse(ResponseModel):
    """The event that is gone."""

    event_id: str


@callable_function(who="an owner or manager of the organiser", reasons=REASONS)
def publishEvent(caller: Caller, request: EventRequest) -> EventView:  # noqa: N802
    """Lets everybody see an event and buy its tickets, also again after it was closed. Repeating it changes nothing."""
    return run_until_committed(lambda: _move(caller, request, EventCommand.PUBLISH))


@callable_function(who="an owner or manager of the organiser", reasons=REASONS)
def closeEvent(caller: Caller, request: EventRequest) -> EventView:  # noqa: N802
    """Ends the sale at once. What is held may still be paid; what is sold stays. Repeating it changes nothing."""
    return run_until_committed(lambda: _move(caller, request, EventCommand.CLOSE))


def _move(caller: Caller, request: EventRequest, command: EventCommand) -> EventView:
    loaded = LoadedEvent.read(caller, request.event_id)
    event, now, unit = loaded.event, clock.now(), Unit()
    outcome = EVENT.decide(event.status, command)
    if outcome.verdict is Verdict.REPEAT:
        return EventView.of(event, loaded.tiers)
    loaded.agree(request.version)
    if outcome.verdict is not Verdict.MOVE or (command is EventCommand.PUBLISH and now >= event.doc["event_date"]):
        raise Refusal(AdmissionReason.EVENT_NOT_CHANGEABLE, status=event.status)
    fields: dict[str, Any] = {"status": outcome.state}
    if event.status is EventStatus.DRAFT:
        fields["published_at"] = now
        for tier in loaded.tiers:
            for reference, block in new_blocks(tier):
                unit.create_unread(reference, block)
            unit.merge_blindly(tier.doc.ref, {"held_back": None, "held_back_seats": None})
    else:
        for tier in loaded.tiers:
            for reference in tier.blocks():
                unit.merge_blindly(reference, {"closed": outcome.state is not EventStatus.PUBLISHED})
    loaded.change(unit, fields, Change(command, caller.uid, now))
    unit.commit()
    return EventView.of(event, loaded.tiers)


@callable_function(who="an owner or manager of the organiser", reasons=REASONS)
def deleteEvent(caller: Caller, request: EventRequest) -> DeleteEventResponse:  # noqa: N802
    """Deletes a draft. What was ever published stays, because somebody may have bought it."""
    loaded = LoadedEvent.read(caller, request.event_id)
    loaded.agree(request.version)
    if loaded.event.status is not EventStatus.DRAFT:
        raise Refusal(AdmissionReason.EVENT_NOT_CHANGEABLE, status=loaded.event.status)
    unit = Unit()
    unit.delete_as_read(loaded.event.doc)
    for version in range(1, loaded.event.version + 1):
        unit.delete_blindly(history.line_ref(loaded.event.doc.ref, version))
    for tier in loaded.tiers:
        unit.delete_blindly(tier.doc.ref)
    run_until_committed(unit.commit)
    return DeleteEventResponse(event_id=request.event_id)
