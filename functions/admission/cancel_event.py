"""cancelEvent: an event does not take place. Its orders are decided about by `cancelled_orders`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from admission.event import CANCEL_ORDERS
from admission.event_answers import EventView
from admission.event_request import REASONS, EventRequest
from admission.loaded_event import LoadedEvent
from admission.reasons import AdmissionReason
from admission.states import EVENT, EventCommand, EventStatus
from common import clock
from common.callable import Caller, callable_function
from common.documents import Unit
from common.errors import Refusal
from common.history import Change
from common.messages import AdministeredRequest
from common.retry import run_until_committed
from common.state_machine import Verdict


class CancelEventRequest(EventRequest, AdministeredRequest):
    """The event that does not take place."""

    reason: Annotated[str, StringConstraints(max_length=500)] | None = Field(None, description="Kept on the event.")


@callable_function(who="an owner or manager of the organiser", reasons=REASONS)
def cancelEvent(caller: Caller, request: CancelEventRequest) -> EventView:  # noqa: N802
    """Ends an event for good: the sale at once, and every order, with all its money, within minutes.

    Repeating it changes nothing.
    """
    return run_until_committed(lambda: _cancel(caller, request))


def _cancel(caller: Caller, request: CancelEventRequest) -> EventView:
    loaded = LoadedEvent.read(caller, request.event_id)
    event, now, unit = loaded.event, clock.now(), Unit()
    outcome = EVENT.decide(event.status, EventCommand.CANCEL)
    if outcome.verdict is Verdict.REPEAT:
        return EventView.of(event, loaded.tiers)
    loaded.agree(request.version)
    if outcome.verdict is not Verdict.MOVE:
        raise Refusal(AdmissionReason.EVENT_NOT_CHANGEABLE, status=event.status)
    fields: dict[str, Any] = {"status": outcome.state, "cancel_reason": request.reason}
    if event.status is not EventStatus.DRAFT:
        fields |= {"due_action": CANCEL_ORDERS, "due_at": now, "tries": 0}
        for tier in loaded.tiers:
            for reference in tier.blocks():
                unit.merge_blindly(reference, {"closed": True})
    loaded.change(unit, fields, Change(EventCommand.CANCEL, caller.uid, now, request.reason))
    unit.commit()
    return EventView.of(event, loaded.tiers)
