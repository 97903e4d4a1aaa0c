"""One attempt to read or write, with the answer that the rules must give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .rest import Database


@dataclass(frozen=True)
class Case:
    """One attempt by one person.

    Attributes:
        group: what is attempted, e.g. `payment_intents/pi_1 get`.
        name: who or what makes this attempt special; unique within the group.
        allowed: the answer the rules must give.
        attempt: makes the attempt on a seeded database and says whether it was allowed; afterwards the
            documents of people_and_documents.py are as they were.
    """

    group: str
    name: str
    allowed: bool
    attempt: Callable[[Database], bool]

    def __str__(self) -> str:
        """The test id."""
        return f"{self.group}: {self.name}"
