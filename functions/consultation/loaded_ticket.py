"""A ticket with the documents its next transition needs, read in one round trip."""

from __future__ import annotations

from dataclasses import dataclass

from google.cloud import firestore

from common import documents
from common.documents import Doc, LostRace, reserved_id, user_ref
from consultation.ticket import Ticket, buyer_of, ticket_ref


@dataclass
class LoadedTicket:
    """A ticket, its buyer's document, and whatever else the caller read beside them.

    Attributes:
        ticket: the aggregate.
        buyer: ``users/{buyer}``, for the pending flag.
        room: the chat room, where the caller needed it.
    """

    ticket: Ticket
    buyer: Doc
    room: Doc | None = None

    def refresh(self) -> None:
        """Read everything again after a lost race.

        Raises:
            LostRace: the ticket is not there, which only a moment between two writes can show.
        """
        found = load(self.ticket.id)
        if found is None:
            raise LostRace
        self.ticket, self.buyer = found.ticket, found.buyer
        if self.room is not None:
            (self.room,) = documents.read(self.room.ref)


def refs(ticket_id: str) -> tuple[firestore.DocumentReference, firestore.DocumentReference]:
    """What ``of`` takes: the ticket and its buyer."""
    buyer = buyer_of(ticket_id)
    return ticket_ref(ticket_id), user_ref("-" if not buyer or reserved_id(buyer) else buyer)


def of(ticket: Doc, buyer: Doc, room: Doc | None = None) -> LoadedTicket | None:
    """The case of documents read by ``refs``, or ``None`` when there is no such ticket."""
    return LoadedTicket(Ticket(ticket), buyer, room) if ticket.exists else None


def load(ticket_id: str) -> LoadedTicket | None:
    """Read a case by its ticket's id."""
    return of(*documents.read(*refs(ticket_id)))
