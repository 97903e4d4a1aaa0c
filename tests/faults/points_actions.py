"""Everything that can be done with a code on a screen, by whomever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt

from tests.integration.counter import Counter, staff_of

CUSTOMERS = ("ann", "bob")
STORES = ("store-1", "store-2")


@dataclass(frozen=True)
class Code:
    """A code on a screen: a customer's or a store's."""

    token: str
    owner: str

    @property
    def nonce(self) -> str:
        return str(jwt.decode(self.token, options={"verify_signature": False})["nonce"])

    @property
    def of_store(self) -> bool:
        return self.owner in STORES


@dataclass(frozen=True)
class Deed:
    """Something done with a code, by a store's staff or by a customer. The amount is in JPY."""

    what: str
    code: Code
    store: str
    customer: str
    amount: int

    def done_at(self, counter: Counter) -> Any:
        return DEEDS[self.what](counter, self)

    @property
    def award(self) -> str:
        return f"{self.store}.{self.code.nonce}"

    @property
    def payment(self) -> str:
        return f"{self.code.nonce}_{self.customer}"


def _read(counter: Counter, deed: Deed) -> Any:
    token = deed.code.token
    return counter.read(token, deed.customer) if deed.code.of_store else counter.scan(token, deed.store)


def _record(counter: Counter, deed: Deed) -> Any:
    uid, reader = (deed.customer, None) if deed.code.of_store else (staff_of(deed.store), deed.store)
    return counter.record(deed.code.nonce, deed.code.owner, uid, reader)


DEEDS: dict[str, Callable[[Counter, Deed], Any]] = {
    "read": _read,
    "record": _record,
    "check": lambda counter, deed: counter.check(deed.code.nonce, staff_of(deed.store), deed.store),
    "offer": lambda counter, deed: counter.offer(deed.code.nonce, deed.amount, deed.store),
    "accept": lambda counter, deed: counter.accept(deed.award, deed.customer),
    "decline": lambda counter, deed: counter.decline(deed.award, deed.customer),
    "pay": lambda counter, deed: counter.pay(deed.code.nonce, max(deed.amount // 100, 1), deed.customer, deed.store),
    "reverse": lambda counter, deed: counter.reverse(deed.payment if deed.code.of_store else deed.award),
}
LASTING = {"read", "record", "accept", "decline", "pay", "reverse"}
"""What answers the same whenever it is done again; the others say how things stand."""
