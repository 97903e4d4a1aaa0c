"""What the entries of a ticket come to: whether it is used, and whether somebody is in with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from admission.door.check import Direction
from admission.states import TicketStatus

Fields = Mapping[str, Any]


def stands(entry: Fields) -> bool:
    """Whether nobody has taken it back."""
    return entry.get("undone_at") is None


@dataclass(frozen=True)
class Tally:
    """What stands of a ticket's entries.

    Attributes:
        entered_at: when somebody first went in; None if nobody did.
        inside: whether the last who passed went in.
        duplicates: how often somebody else was let in with it, by a phone without a network.
    """

    entered_at: datetime | None
    inside: bool
    duplicates: int

    @classmethod
    def of(cls, entries: Iterable[Fields]) -> Tally:
        """Of all entries of a ticket, in their order."""
        standing = [entry for entry in entries if stands(entry)]
        counted = [entry for entry in standing if not entry["duplicate"] and entry["problem"] is None]
        entered = [entry["at"] for entry in counted if entry["direction"] == Direction.ENTRY]
        return cls(
            entered_at=entered[0] if entered else None,
            inside=bool(counted) and counted[-1]["direction"] == Direction.ENTRY,
            duplicates=sum(bool(entry["duplicate"]) for entry in standing),
        )

    def on_ticket(self, ticket: Fields) -> dict[str, Any]:
        """What the ticket says then. One that was cancelled stays so, whoever is in with it."""
        fields: dict[str, Any] = {
            "entered_at": self.entered_at,
            "inside": self.inside,
            "duplicates": self.duplicates,
        }
        if ticket["status"] != TicketStatus.CANCELLED:
            fields["status"] = TicketStatus.VALID if self.entered_at is None else TicketStatus.USED
        return fields
