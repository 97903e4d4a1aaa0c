"""Applies an event to a ticket: decides by the state machine and plans every write the transition needs in one unit.

The ticket's compare-and-set guards the whole commit. So the payment, the room, the lock and the code need no guard of
their own, and can never disagree with the ticket. The buyer's lists have one, because several tickets share them.
"""

from __future__ import annotations

from typing import Any

from common import history
from common.documents import Doc, Unit
from common.state_machine import Outcome, Verdict
from consultation import push_messages
from consultation.effects import effects
from consultation.happening import Happening
from consultation.loaded_ticket import LoadedTicket
from consultation.states import Event, State, decide
from consultation.ticket import Ticket


def apply(unit: Unit, loaded: LoadedTicket, happening: Happening) -> Outcome[State]:
    """Decide, and plan the writes if the event moves the ticket."""
    ticket = loaded.ticket
    outcome = decide(ticket.state, Event(happening.event), ticket.kind)
    if outcome.verdict is Verdict.MOVE:
        changes = effects(unit, loaded, happening, outcome.state)
        record(unit, ticket, happening, {"status": outcome.state.status, **changes})
    return outcome


def begin(
    unit: Unit, doc: Doc, fields: dict[str, Any], happening: Happening, after: history.Lines = history.NOTHING
) -> Ticket:
    """Plan a new ticket with a line of its history and its notification. Gives it as it will stand.

    Args:
        after: what is left of an earlier history of it.
    """
    version = history.begin(unit, doc, fields, happening.change(), after)
    planned = Ticket(Doc(doc.ref, fields))
    push_messages.notify(unit, planned, happening.event, version, happening.now)
    return planned


def record(unit: Unit, ticket: Ticket, happening: Happening, changes: dict[str, Any]) -> None:
    """Plan a change of the ticket with its next version, its history line and its notification."""
    version = history.advance(unit, ticket.doc, changes, happening.change(changes.get("cancel_reason")))
    push_messages.notify(unit, ticket, happening.event, version, happening.now)
