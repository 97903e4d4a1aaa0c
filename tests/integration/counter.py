"""What happens at a store's counter, in one line each: codes shown and read, points offered, taken and spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from devkit.inprocess import InProcessFunctions

ADMIN = {"admin": True}
CUSTOMER = "customer"
STORE = "store-1"
REASON = "rung up twice"


def staff_of(store: str) -> str:
    """Who works at a store, as it is seeded."""
    return store.replace("store", "staff") if "store" in store else f"staff-of-{store}"


def open_stores(db: firestore.Client, count: int) -> list[str]:
    """So many stores, each with its staff; the first two are seeded."""
    stores = [f"store-{number}" for number in range(1, count + 1)]
    for store in stores[2:]:
        db.document(f"stores/{store}").set({"name": f"The shop {store}"})
        db.document(f"store_staff/{store}").set({"uids": [staff_of(store)]})
    return stores


@dataclass(frozen=True)
class Counter:
    """The functions of codes and points, as the people on both sides of a counter call them."""

    api: InProcessFunctions

    # Codes.

    def show(self, uid: str = CUSTOMER) -> str:
        """The token of a customer's own code."""
        token: str = self.api.call("issueSecureQR", {"type": "user_point_earn"}, uid)["token"]
        return token

    def show_store(self, store: str = STORE) -> str:
        """The token of the code on a store's counter."""
        data = {"type": "store_point_use", "storeId": store}
        token: str = self.api.call("issueSecureQR", data, staff_of(store))["token"]
        return token

    def scan(self, token: str, store: str = STORE) -> str:
        """A store's staff read a customer's code; gives the nonce that names the reading."""
        nonce: str = self.api.call("verifySecureQR", {"token": token, "readerId": store}, staff_of(store))["nonce"]
        return nonce

    def read(self, token: str, uid: str = CUSTOMER) -> str:
        """A customer reads a store's code; gives the nonce."""
        nonce: str = self.api.call("verifySecureQR", {"token": token}, uid)["nonce"]
        return nonce

    def record(self, nonce: str, target: str, uid: str, reader: str | None = None) -> Any:
        data = {"nonce": nonce, "targetId": target} | ({"readerId": reader} if reader else {})
        return self.api.call("recordQRUsage", data, uid)

    def check(self, nonce: str, uid: str, reader: str | None = None) -> Any:
        return self.api.call("checkQRUsage", {"nonce": nonce} | ({"readerId": reader} if reader else {}), uid)

    def visit(self, uid: str = CUSTOMER, store: str = STORE) -> str:
        """A customer's code, shown and scanned."""
        return self.scan(self.show(uid), store)

    def ready_to_pay(self, uid: str = CUSTOMER, store: str = STORE) -> str:
        """A store's code, read by the customer."""
        return self.read(self.show_store(store), uid)

    # Earning.

    def offer(self, nonce: str, amount: Any = 1200, store: str = STORE, uid: str | None = None) -> Any:
        """requestPointAward, by the store's staff unless said otherwise. The amount is in JPY."""
        data = {"nonce": nonce, "storeId": store, "amount": amount}
        return self.api.call("requestPointAward", data, uid or staff_of(store))

    def offered(self, amount: int = 1200, uid: str = CUSTOMER, store: str = STORE) -> str:
        """An award that waits for the customer."""
        award: str = self.offer(self.visit(uid, store), amount, store)["awardId"]
        return award

    def accept(self, award: str, uid: str = CUSTOMER) -> Any:
        return self.api.call("awardPoints", {"awardId": award}, uid)

    def decline(self, award: str, uid: str = CUSTOMER) -> Any:
        return self.api.call("declinePointAward", {"awardId": award}, uid)

    def earn(self, amount: int = 1200, uid: str = CUSTOMER, store: str = STORE) -> Any:
        """A whole visit; gives awardPoints' answer."""
        return self.accept(self.offered(amount, uid, store), uid)

    # Spending.

    def pay(self, nonce: str, points: Any = 5, uid: str = CUSTOMER, store: str = STORE) -> Any:
        """usePoints with a reading of the store's code."""
        return self.api.call("usePoints", {"nonce": nonce, "storeId": store, "points": points}, uid)

    def reverse(self, transaction: str, reason: str = REASON, **claims: Any) -> Any:
        """reversePoints, by an administrator unless other claims are given."""
        data = {"transactionId": transaction, "reason": reason}
        return self.api.call("reversePoints", data, "admin", claims or ADMIN)
