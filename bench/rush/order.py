"""An order, and what an inventory answers to one."""

from __future__ import annotations

from enum import Enum, auto
from typing import Protocol

from bench.rush.clock import Process
from bench.rush.firestore import Document
from bench.rush.platform import Instance


class Status(Enum):
    """Of an order."""

    PENDING = auto()
    PAID = auto()
    EXPIRED = auto()
    VOIDED = auto()


class Answer(Enum):
    """Of an inventory that is asked for places."""

    HELD = auto()
    SOLD_OUT = auto()
    BUSY = auto()


class Order(Document):
    """So many places of one tier. `payable` once Stripe has a payment for it."""

    __slots__ = ("blocks", "expires_at", "payable", "places", "status", "tier")

    def __init__(self, places: int, tier: int) -> None:
        super().__init__()
        self.places, self.tier = places, tier
        self.status = Status.PENDING
        self.expires_at = 0.0
        self.payable = False
        self.blocks: list[Document] = []


class Inventory(Protocol):
    """Who has which places."""

    def hold(self, instance: Instance, order: Order) -> Process[Answer]:
        """Hold places for a new order."""

    def confirm(self, instance: Instance, order: Order) -> Process[bool]:
        """The order was paid for: make it `PAID`, or `VOIDED` if its places are gone. False: try it again."""

    def faults(self) -> dict[str, int]:
        """Places `oversold`, `stranded` (held for nobody), and paid orders `without places`: none, when all is well."""
