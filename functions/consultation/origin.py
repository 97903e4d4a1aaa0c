"""What a ticket's PaymentIntent is created with: enough to rebuild every record from it, and who it belongs to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from common import ids
from common.documents import Doc
from consultation.terms import Terms
from payments import origin
from payments.objects import PaymentIntent
from payments.origin import FIRST_DOMAIN, Origin

NAME = FIRST_DOMAIN
"""The domain's name. Its metadata names no domain."""
DEFAULT_TYPE = "dm_consultation"
"""What is meant where the app names no type."""
_IDENTITY = ("ticket_id", "user_id", "imecon_id")
_MORE_IDS = ("ticket_type", "chat_room_id")


@dataclass(frozen=True)
class TicketOrigin:
    """A consultation as it was ordered.

    Attributes:
        ticket_id: the ticket.
        user_id: the buyer's uid.
        imecon_id: the consultant's uid.
        ticket_type: the id in ``ticket_types``.
        terms_text: what was promised, as JSON.
        chat_room_id: the ended room to reopen, if one.
    """

    ticket_id: str
    user_id: str
    imecon_id: str
    ticket_type: str = DEFAULT_TYPE
    terms_text: str = "{}"
    chat_room_id: str | None = None

    @classmethod
    def of(cls, found: Origin) -> TicketOrigin | None:
        """The order behind an object at Stripe; ``None`` if this project's consultations did not create it.

        Only ids are looked at. What else stands there matters when records are rebuilt, and others may have edited it.
        """
        fields = found.metadata
        if not found.ours or found.domain != NAME or not _identifies(fields):
            return None
        known = {name: fields[name] for name in (*_IDENTITY, *_MORE_IDS) if ids.usable(fields.get(name, ""))}
        return cls(**known, terms_text=fields.get("terms", "{}"))

    @classmethod
    def recorded(cls, payment: Doc) -> TicketOrigin | None:
        """The order behind a payment on record; ``None`` if the record does not tell it."""
        fields = {
            "ticket_id": payment.get("ticketId"),
            "user_id": payment.get("userId"),
            "imecon_id": payment.get("imeconId"),
        }
        return cls(**fields) if _identifies(fields) else None

    @property
    def terms(self) -> Terms:
        """What was promised; the usual terms where they cannot be read."""
        try:
            return Terms.of(json.loads(self.terms_text))
        except (ValueError, TypeError, AttributeError):
            return Terms()

    def metadata(self) -> dict[str, str]:
        """The metadata that says so."""
        return origin.metadata(
            NAME,
            {
                "ticket_id": self.ticket_id,
                "user_id": self.user_id,
                "imecon_id": self.imecon_id,
                "ticket_type": self.ticket_type,
                "terms": self.terms_text,
                **({"chat_room_id": self.chat_room_id} if self.chat_room_id else {}),
            },
        )


def _identifies(fields: Mapping[str, Any]) -> bool:
    """Whether the ids are all there, of the grammar that ours have, and belong together."""
    ticket_id, user_id, imecon_id = (fields.get(name) for name in _IDENTITY)
    usable = ids.usable(ticket_id) and ids.usable_uid(user_id) and ids.plain(imecon_id)
    return usable and ids.owner_of(str(ticket_id)) == user_id


def terms_text(terms: Terms) -> str:
    """Terms as they stand in metadata."""
    return json.dumps(asdict(terms), separators=(",", ":"))


def create_params(amount: int, currency: str, metadata: dict[str, str]) -> dict[str, Any]:
    """What is sent to create the hold. Cards only, and captured by us alone."""
    return {
        "amount": amount,
        "currency": currency,
        "capture_method": "manual",
        # payment_method_types, its predecessor, is refused since API version 2026-09-30.endive.
        "allowed_payment_method_types": ["card"],
        "metadata": metadata,
    }


def params_of(fact: PaymentIntent) -> dict[str, Any]:
    """The parameters a PaymentIntent was created with, for a ticket rebuilt from it."""
    return create_params(fact.amount, fact.currency, dict(fact.origin.metadata))
