"""What is on sale, and of whom: ``ticket_types/{type}`` and ``imecons/{uid}``, which operators write by hand."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from common import cache
from common.configuration import Configuration, Whole
from consultation.records import imecon_ref, type_ref
from consultation.request_fields import ImeconId, TicketType
from consultation.terms import BOUNDS, LONGEST_PAGE, Terms
from consultation.ticket import Ticket
from payments.prices import MAXIMUM_JPY, MINIMUM_JPY


def _term(name: str) -> Any:
    least, most = BOUNDS[name]
    return Field(getattr(Terms, name), ge=least, le=most)


class OnSale(Configuration):
    """A ticket type: its price in JPY, whether it is sold at present, and its terms."""

    id_type: ClassVar[Any] = TicketType

    amount: Whole = Field(ge=MINIMUM_JPY, le=MAXIMUM_JPY)
    currency: Literal["jpy"]
    active: bool
    session_minutes: Whole = _term("session_minutes")
    min_session_minutes: Whole = _term("min_session_minutes")
    resume_minutes: Whole = _term("resume_minutes")
    hold_hours: Whole = _term("hold_hours")
    pending_minutes: Whole = _term("pending_minutes")
    page: Annotated[str, StringConstraints(pattern=r"\S", max_length=LONGEST_PAGE)] = Terms.page

    @field_validator("min_session_minutes")
    @classmethod
    def _within_the_session(cls, value: int, info: ValidationInfo) -> int:
        if value > info.data.get("session_minutes", value):
            raise ValueError("longer than session_minutes")
        return value

    @property
    def terms(self) -> Terms:
        return Terms.of(self.model_dump())


class Consultant(Configuration):
    """A consultant: whether they take consultations."""

    id_type: ClassVar[Any] = ImeconId

    active: bool


def still_sold(ticket: Ticket) -> bool:
    """Whether an unpaid ticket is what is on sale now, and of a consultant who takes consultations.

    Asked of the documents as they are, not as they were a minute ago: instances that remember different prices would
    otherwise give each other's purchases up.
    """
    type_doc, imecon_doc = cache.read_anew(type_ref(ticket.type), imecon_ref(ticket.imecon))
    on_sale, imecon = OnSale.of(type_doc), Consultant.of(imecon_doc)
    if on_sale is None or imecon is None or not (on_sale.active and imecon.active):
        return False
    sold = (ticket.amount, ticket.doc.get("currency"), ticket.terms)
    return sold == (on_sale.amount, on_sale.currency, on_sale.terms)
