"""A purchase as an administrator looks at it: found by any id of it, with what the rules say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.documents import Doc


@dataclass(frozen=True)
class Inspected:
    """A purchase that was found.

    Attributes:
        doc: its document, as it was just read.
        buyer: whose it is; empty if nobody knows any more.
        payment_intent_id: its payment's id at Stripe, if there is one.
        session_id: the id of its Checkout session, if it has one.
        payment: the document that shows what became of its money, if that is another one.
        violations: what the rules say is wrong, given its PaymentIntent or session as it is at Stripe (``None`` where
            Stripe knows none). Changes nothing.
    """

    doc: Doc
    buyer: str
    payment_intent_id: str | None
    violations: Callable[[Any], list[str]]
    session_id: str | None = None
    payment: Doc | None = None
