"""The ids and texts that clients may send. What does not match never reaches a handler."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from common import ids
from common.messages import DocumentId

LONGEST_UID = 128
_SEAT = r"[A-Za-z0-9]{1,8}-[0-9]{1,3}"

EventId = Annotated[str, StringConstraints(pattern=rf"^{ids.PLAIN}$", max_length=64)]
OrganizerId = Annotated[str, StringConstraints(pattern=rf"^{ids.PLAIN}$", max_length=64)]
TierId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
OrderId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
RequestId = Annotated[DocumentId, Field(description="The app's own id of this order: repeating it orders once.")]
SeatNumber = Annotated[str, StringConstraints(pattern=rf"^{_SEAT}$"), Field(description="Row and seat: A-1.")]
RowLabel = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,8}$")]
TicketId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{40}\.(0|[1-9][0-9]?)$"),
    Field(description="The id in `event_tickets`."),
]
Gate = Annotated[str, StringConstraints(min_length=1, max_length=40)]
HolderName = Annotated[str, StringConstraints(min_length=1, max_length=100)]


def _a_uid(value: str) -> str:
    if not ids.usable_uid(value):
        raise ValueError("not a user id")
    return value


Uid = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_UID), AfterValidator(_a_uid)]
