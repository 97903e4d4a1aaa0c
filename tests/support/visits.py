"""One customer's visit to one store, call by call, for tests that interrupt or count single calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .driver import Driver
from .points import CUSTOMER, STORE, staff_of


@dataclass(eq=False)
class Visit:
    """The ids that the apps on both sides of the counter have learned; each method is one call.

    Attributes:
        token: of the code shown last, the customer's or the store's.
        nonce: of its reading.
        entry: the award or payment made of it, as the ledger names it.
    """

    driver: Driver
    customer: str = CUSTOMER
    store: str = STORE
    token: str = ""
    nonce: str = ""
    entry: str = ""

    def show_code(self) -> None:
        self.token = self.driver.show_code(self.customer)

    def show_store_code(self) -> None:
        self.token = self.driver.show_store_code(self.store)

    def scan(self) -> None:
        self.nonce = self.driver.scan(self.token, self.store)

    def read_store_code(self) -> None:
        self.nonce = self.driver.read_store_code(self.token, self.customer)

    def record(self) -> Any:
        return self.driver.record(self.nonce, self.customer, staff_of(self.store), self.store)

    def record_store_code(self) -> Any:
        return self.driver.record(self.nonce, self.store, self.customer)

    def check(self) -> Any:
        return self.driver.check(self.nonce, staff_of(self.store), self.store)

    def offer_points(self, amount: int = 5_000) -> Any:
        answer = self.driver.offer_points(self.nonce, amount, self.store)
        self.entry = answer["awardId"]
        return answer

    def accept_points(self) -> Any:
        return self.driver.accept_points(self.entry, self.customer)

    def decline_points(self) -> Any:
        return self.driver.decline_points(self.entry, self.customer)

    def use_points(self, points: int = 5) -> Any:
        answer = self.driver.use_points(self.nonce, points, self.customer, self.store)
        self.entry = answer["usageId"]
        return answer

    def reverse_points(self) -> Any:
        return self.driver.reverse_points(self.entry)
