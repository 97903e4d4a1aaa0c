"""offerTransfer and acceptTransfer: a ticket is handed on to somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from admission.door import handing_on
from admission.door.handing_on import TransferStatus
from admission.door.records import hashed, ticket_of, transfer_ref
from admission.event import Event
from admission.reasons import AdmissionReason
from admission.records import event_ref, order_ref
from admission.request_fields import HolderName, TicketId
from admission.tickets import TicketView
from common import accounts, cache, clock, documents, ids
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import Doc, Unit
from common.errors import CallReason, Refusal
from common.messages import RequestModel, ResponseModel, Timestamp
from common.retry import run_until_committed

TransferToken = Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{40}}\.(0|[1-9][0-9]?)\.{ids.NONCE}$")]


class OfferTransferRequest(RequestModel):
    """The ticket to hand on."""

    ticket_id: TicketId
    withdraw: bool = Field(False, description="Let every offer of it that stands be void.")


class OfferTransferResponse(ResponseModel):
    """What to give to whoever shall have the ticket."""

    transfer_token: str | None = Field(
        description="For whoever shall have the ticket. Shown once; null where it was withdrawn."
    )
    expires_at: Timestamp | None = Field(description="Until when it can be taken.")
    status: str = Field(description="offered or withdrawn")


class AcceptTransferRequest(RequestModel):
    """What the ticket's holder gave."""

    transfer_token: TransferToken = Field(description="As offerTransfer gave it to the ticket's holder.")
    holder_name: HolderName | None = None


class AcceptTransferResponse(TicketView, ResponseModel):
    """The ticket, which is the caller's."""


@callable_function(
    who="the ticket's holder",
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        AdmissionReason.TICKET_NOT_FOUND,
        AdmissionReason.TICKET_NOT_USABLE,
        AdmissionReason.NOT_TRANSFERABLE,
    ),
)
def offerTransfer(caller: Caller, request: OfferTransferRequest) -> OfferTransferResponse:  # noqa: N802
    """Offers a valid ticket to whoever gets the token, for seven days, but until the event begins at most.

    Each call makes another token; the five last ones stand, until one is taken or all are withdrawn. Withdrawing twice
    changes nothing.
    """
    return run_until_committed(lambda: _offer(caller, request))


def _offer(caller: Caller, request: OfferTransferRequest) -> OfferTransferResponse:
    now, unit = clock.now(), Unit()
    ticket, deletion = documents.read(ticket_of(request.ticket_id), accounts.deletion_ref(caller.uid))
    accounts.refuse_if_deleted(deletion, now)
    if ticket.get("holder_id") != caller.uid:
        raise Refusal(AdmissionReason.TICKET_NOT_FOUND)
    if request.withdraw:
        handing_on.withdraw(unit, ticket)
        if not unit.empty:
            unit.commit()
        return OfferTransferResponse(transfer_token=None, expires_at=None, status=TransferStatus.WITHDRAWN)
    event = _event(ticket)
    handing_on.refuse_unless_transferable(ticket, event, now)
    token, until = handing_on.offer(unit, ticket, event, now)
    unit.commit()
    return OfferTransferResponse(transfer_token=token, expires_at=until, status=TransferStatus.OFFERED)


@callable_function(
    who="a signed-in user who was given the token, but not the ticket's holder",
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        AdmissionReason.TRANSFER_NOT_FOUND,
        AdmissionReason.TRANSFER_OVER,
        AdmissionReason.TICKET_NOT_USABLE,
        AdmissionReason.NOT_TRANSFERABLE,
    ),
)
def acceptTransfer(caller: Caller, request: AcceptTransferRequest) -> AcceptTransferResponse:  # noqa: N802
    """Takes a ticket that is offered. The first who does has it, and codes that were shown of it before are void.

    It does not count towards ``max_per_person``, which is about buying; whoever bought it gets the money if the event
    is cancelled, and cannot give it back by ``cancelTicket`` any more. Repeating it answers the same.
    """
    ticket = run_until_committed(lambda: _accept(caller, request))
    return AcceptTransferResponse.of(ticket.data or {})


def _accept(caller: Caller, request: AcceptTransferRequest) -> Doc:
    now, ticket_id = clock.now(), request.transfer_token.rpartition(".")[0]
    transfer, ticket, order, deletion = documents.read(
        transfer_ref(hashed(request.transfer_token)),
        ticket_of(ticket_id),
        order_ref(ticket_id.partition(".")[0]),
        accounts.deletion_ref(caller.uid),
    )
    accounts.refuse_if_deleted(deletion, now)
    if not transfer.exists or not ticket.exists:
        raise Refusal(AdmissionReason.TRANSFER_NOT_FOUND)
    if _has_taken(caller, transfer, ticket):
        return ticket
    _refuse_if_over(transfer, ticket, now)
    if caller.uid == ticket["holder_id"]:
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="the ticket is yours")
    handing_on.refuse_unless_transferable(ticket, _event(ticket), now)
    unit = Unit()
    handing_on.hand_on(unit, transfer, ticket, order, caller.uid, request.holder_name, now)
    unit.commit()
    return ticket


def _has_taken(caller: Caller, transfer: Doc, ticket: Doc) -> bool:
    """Whether the caller has the ticket by this very offer."""
    theirs = transfer.get("to_uid") == caller.uid == ticket["holder_id"]
    return theirs and int(ticket["generation"]) == int(transfer["generation"]) + 1


def _refuse_if_over(transfer: Doc, ticket: Doc, now: datetime) -> None:
    stands = transfer["status"] == TransferStatus.OFFERED and transfer["generation"] == ticket["generation"]
    if not stands or now >= transfer["expires_at"]:
        raise Refusal(AdmissionReason.TRANSFER_OVER)


def _event(ticket: Doc) -> Event:
    """As it was a minute ago at most."""
    return Event(cache.read(event_ref(str(ticket["event_id"])))[0])
