"""saveTicketType and saveConsultant: what is on sale and of whom, written so that no slip can stop a sale."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from common import saving
from common.callable import Caller, callable_function
from common.messages import NotedRequest, ResponseModel
from consultation.on_sale import Consultant, OnSale
from consultation.records import imecon_ref, type_ref
from consultation.request_fields import ImeconId, TicketType

_TERMS = ("session_minutes", "min_session_minutes", "resume_minutes", "hold_hours", "pending_minutes", "page")


class SaveTicketTypeRequest(NotedRequest):
    """A ticket type. What is not given stays as it is, or has its default where the type is new."""

    ticket_type: TicketType
    amount: int
    active: bool = Field(description="Whether it is sold.")
    session_minutes: int | None = Field(None, description="Length of a session.")
    min_session_minutes: int | None = Field(None, description="A consultant who ends earlier charges nothing.")
    resume_minutes: int | None = Field(None, description="How long after its end a room can be reopened.")
    hold_hours: int | None = Field(None, description="How long a hold waits for its session.")
    pending_minutes: int | None = Field(None, description="How long an unpaid purchase stays open.")
    page: str | None = Field(None, description="The app's page where the consultation takes place.")


class TicketTypeView(ResponseModel):
    """The ticket type as it now is."""

    ticket_type: str
    amount: int
    active: bool = Field(description="Whether it is sold.")
    session_minutes: int = Field(description="Length of a session.")
    min_session_minutes: int = Field(description="A consultant who ends earlier charges nothing.")
    resume_minutes: int = Field(description="How long after its end a room can be reopened.")
    hold_hours: int = Field(description="How long a hold waits for its session.")
    pending_minutes: int = Field(description="How long an unpaid purchase stays open.")
    page: str = Field(description="The app's page where the consultation takes place.")


class SaveConsultantRequest(NotedRequest):
    """A consultant. What is not given stays as it is."""

    imecon_id: ImeconId = Field(description="Their uid.")
    active: bool = Field(description="Whether they take consultations.")
    display_name: Annotated[str, StringConstraints(pattern=r"\S", max_length=100)] | None = Field(
        None, description="As the app shows them."
    )


class ConsultantView(ResponseModel):
    """The consultant as they now stand."""

    imecon_id: str = Field(description="Their uid.")
    active: bool = Field(description="Whether they take consultations.")
    display_name: str | None = Field(description="As the app shows them.")


@callable_function(who="an administrator", admin_only=True)
def saveTicketType(_: Caller, request: SaveTicketTypeRequest) -> TicketTypeView:  # noqa: N802
    """Writes what a kind of consultation costs and promises. Tickets that are sold keep theirs.

    Instances remember prices for a minute. Fields that cannot be are refused by name (``details.fields``).
    """
    terms = {name: value for name in _TERMS if (value := getattr(request, name)) is not None}
    fields: dict[str, Any] = {"amount": request.amount, "currency": "jpy", "active": request.active, **terms}
    saved = OnSale.of(saving.save(type_ref(request.ticket_type), OnSale, fields))
    assert saved is not None
    return TicketTypeView(ticket_type=request.ticket_type, **saved.model_dump(exclude={"currency"}))


@callable_function(who="an administrator", admin_only=True)
def saveConsultant(_: Caller, request: SaveConsultantRequest) -> ConsultantView:  # noqa: N802
    """Writes whether a consultant takes consultations, and their name. What is bought from them stays bought."""
    name = {} if request.display_name is None else {"display_name": request.display_name}
    doc = saving.save(imecon_ref(request.imecon_id), Consultant, {"active": request.active, **name})
    shown = doc.get("display_name")
    return ConsultantView(
        imecon_id=request.imecon_id, active=doc["active"], display_name=shown if isinstance(shown, str) else None
    )
