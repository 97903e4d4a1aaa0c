"""Everything that can be done with a code on a screen, by whomever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt

from tests.support.driver import Driver
from tests.support.points import staff_of

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
class Action:
    """Something done with a code, by a store's staff or by a customer. The amount is in JPY."""

    what: str
    code: Code
    store: str
    customer: str
    amount: int

    def run(self, driver: Driver) -> Any:
        return ACTIONS[self.what](driver, self)

    @property
    def award(self) -> str:
        return f"{self.store}.{self.code.nonce}"

    @property
    def payment(self) -> str:
        return f"{self.code.nonce}_{self.customer}"

    @property
    def points(self) -> int:
        return max(self.amount // 100, 1)


def _read(driver: Driver, action: Action) -> Any:
    token = action.code.token
    if action.code.of_store:
        return driver.read_store_code(token, action.customer)
    return driver.scan(token, action.store)


def _record(driver: Driver, action: Action) -> Any:
    uid, reader = (action.customer, None) if action.code.of_store else (staff_of(action.store), action.store)
    return driver.record(action.code.nonce, action.code.owner, uid, reader)


ACTIONS: dict[str, Callable[[Driver, Action], Any]] = {
    "read": _read,
    "record": _record,
    "check": lambda driver, action: driver.check(action.code.nonce, staff_of(action.store), action.store),
    "offer": lambda driver, action: driver.offer_points(action.code.nonce, action.amount, action.store),
    "accept": lambda driver, action: driver.accept_points(action.award, action.customer),
    "decline": lambda driver, action: driver.decline_points(action.award, action.customer),
    "pay": lambda driver, action: driver.use_points(action.code.nonce, action.points, action.customer, action.store),
    "reverse": lambda driver, action: driver.reverse_points(action.payment if action.code.of_store else action.award),
}
SAME_ANSWER_AGAIN = {"read", "record", "accept", "decline", "pay", "reverse"}
"""What answers the same whenever it is done again; the others say how things stand."""
