"""A ticket with the documents its next transition needs, read in one round trip."""

from __future__ import annotations

from dataclasses import dataclass

from google.cloud import firestore

from common import documents, ids
from common.documents import Doc, LostRace
from consultation.records import lists_ref, ticket_ref
from consultation.ticket import Ticket


@dataclass
class LoadedTicket:
    """A ticket, its buyer's lists, and its chat room where the caller needed it.

    Attributes:
        ticket: the aggregate.
        lists: ``consultation_lists/{buyer}``, which change with the ticket (``user_lists``).
        room: the chat room, if it was read.
    """

    ticket: Ticket
    lists: Doc
    room: Doc | None = None

    @property
    def purchase(self) -> Ticket:
        """The ticket, for what serves every kind of purchase."""
        return self.ticket

    def reload(self) -> None:
        """Read everything again after a lost race.

        Raises:
            LostRace: the ticket is not there, which only a moment between two writes can show.
        """
        found = load(self.ticket.id)
        if found is None:
            raise LostRace
        self.ticket, self.lists = found.ticket, found.lists
        if self.room is not None:
            (self.room,) = documents.read(self.room.ref)


def refs(ticket_id: str) -> tuple[firestore.DocumentReference, firestore.DocumentReference]:
    """What ``of`` takes: the ticket and its buyer's lists."""
    buyer = ids.owner_of(ticket_id)
    return ticket_ref(ticket_id), lists_ref("-" if not buyer or ids.reserved(buyer) else buyer)


def of(ticket: Doc, lists: Doc, room: Doc | None = None) -> LoadedTicket | None:
    """The ticket of documents read by ``refs``, or ``None`` when there is no such ticket."""
    return LoadedTicket(Ticket(ticket), lists, room) if ticket.exists else None


def load(ticket_id: str) -> LoadedTicket | None:
    """Read a ticket by its id."""
    return of(*documents.read(*refs(ticket_id)))
