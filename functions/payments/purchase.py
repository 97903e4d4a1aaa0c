"""What every kind of purchase has in common: a document with a state, a decision about its money and a due time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from common.documents import DocumentView

RESUME_AFTER = timedelta(minutes=2)
"""How long a decision may take before a sweep resumes it."""


class Purchase(DocumentView):
    """A typed view of a purchase's document.

    The document has ``status`` and ``version`` (``common.history``), and:

    - ``decision``: what will be done with the money; set once, by compare-and-set, before Stripe is asked to do it.
    - ``attempt``: counts the sets of idempotency keys used up (``payments.attempts``).
    - ``due_action``, ``due_at``, ``tries``: when a sweep looks at it next (``payments.due_work``); none when finished.

    Attributes:
        domain: the kind of purchase that it is.
    """

    domain: ClassVar[str] = ""

    @property
    def version(self) -> int:
        return int(self.doc.get("version") or 0)

    @property
    def attempt(self) -> int:
        return int(self.doc.get("attempt") or 1)

    @property
    def payment_intent_id(self) -> str | None:
        known: str | None = self.doc.get("payment_intent_id")
        return known

    def key(self, operation: str) -> str:
        """The idempotency key of an operation in the present attempt."""
        return f"{self.id}:{operation}:{self.attempt}"

    def time(self, field: str) -> datetime | None:
        value: datetime | None = self.doc.get(field)
        return value

    def passed(self, field: str, now: datetime) -> bool:
        """Whether the deadline in ``field`` is reached. The deadline itself is too late."""
        deadline = self.time(field)
        return deadline is not None and now >= deadline


class Loaded(Protocol):
    """A purchase with the documents that its changes are decided on."""

    @property
    def purchase(self) -> Purchase:
        """The purchase as it was last read or written."""

    def reload(self) -> None:
        """Read everything again.

        Raises:
            LostRace: the purchase is not there, which only a moment between two writes can show.
        """
