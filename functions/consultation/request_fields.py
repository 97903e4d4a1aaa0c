"""The ids and texts that clients may send, shared by the requests. What does not match never reaches a handler."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from common import ids
from common.messages import DocumentId

ImeconId = Annotated[str, StringConstraints(pattern=f"^{ids.PLAIN}$", max_length=128)]
"""A consultant's uid. It is plain, so that ``{uid}__{imecon_id}`` names one pair."""

TicketType = Annotated[DocumentId, StringConstraints(max_length=64)]

PaymentIntentId = Annotated[str, StringConstraints(pattern=f"^{ids.PAYMENT_INTENT}$")]

MetadataKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
MetadataValue = Annotated[str, StringConstraints(max_length=500)]
