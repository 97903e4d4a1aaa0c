"""What people do at a store's counter, one line each: codes shown and read, points offered, taken and spent."""

from __future__ import annotations

from typing import Any

from google.cloud import firestore

from .calls import Calls

CUSTOMER, STORE = "customer", "store-1"
REVERSAL = "rung up twice"


def staff_of(store: str) -> str:
    """Who works at a store, as it is seeded."""
    return store.replace("store", "staff") if "store" in store else f"staff-of-{store}"


def open_stores(db: firestore.Client, count: int) -> list[str]:
    """So many stores, each with its staff; the first two are seeded."""
    stores = [f"store-{number}" for number in range(1, count + 1)]
    for store in stores[2:]:
        db.document(f"stores/{store}").set({"name": f"The store {store}"})
        db.document(f"store_staff/{store}").set({"uids": [staff_of(store)]})
    return stores


class PointsAndCodes(Calls):
    """Each verb is one call; a nonce names a reading of a code. A store is served by its own staff."""

    # Codes.

    def show_code(self, uid: str = CUSTOMER) -> str:
        """issueSecureQR: the token of a customer's own code."""
        token: str = self.call("issueSecureQR", {"type": "user_point_earn"}, uid)["token"]
        return token

    def show_store_code(self, store: str = STORE) -> str:
        """issueSecureQR: the token of the code on a store's counter."""
        data = {"type": "store_point_use", "storeId": store}
        token: str = self.call("issueSecureQR", data, staff_of(store))["token"]
        return token

    def scan(self, token: str, store: str = STORE) -> str:
        """verifySecureQR: a store's staff read a customer's code; gives the nonce."""
        nonce: str = self.call("verifySecureQR", {"token": token, "readerId": store}, staff_of(store))["nonce"]
        return nonce

    def read_store_code(self, token: str, uid: str = CUSTOMER) -> str:
        """verifySecureQR: a customer reads a store's code; gives the nonce."""
        nonce: str = self.call("verifySecureQR", {"token": token}, uid)["nonce"]
        return nonce

    def record(self, nonce: str, target: str, uid: str, reader: str | None = None) -> Any:
        """recordQRUsage."""
        data = {"nonce": nonce, "targetId": target} | ({"readerId": reader} if reader else {})
        return self.call("recordQRUsage", data, uid)

    def check(self, nonce: str, uid: str, reader: str | None = None) -> Any:
        """checkQRUsage."""
        return self.call("checkQRUsage", {"nonce": nonce} | ({"readerId": reader} if reader else {}), uid)

    def scanned(self, uid: str = CUSTOMER, store: str = STORE) -> str:
        """A customer's code, shown and read by the store's staff."""
        return self.scan(self.show_code(uid), store)

    def store_read(self, uid: str = CUSTOMER, store: str = STORE) -> str:
        """A store's code, shown and read by the customer, who can pay with it."""
        return self.read_store_code(self.show_store_code(store), uid)

    # Earning.

    def offer_points(self, nonce: str, amount: Any = 1200, store: str = STORE, uid: str | None = None) -> Any:
        """requestPointAward, by the store's staff unless said otherwise. The amount is in JPY."""
        data = {"nonce": nonce, "storeId": store, "amount": amount}
        return self.call("requestPointAward", data, uid or staff_of(store))

    def offered_points(self, amount: int = 1200, uid: str = CUSTOMER, store: str = STORE) -> str:
        """An award that waits for the customer."""
        award: str = self.offer_points(self.scanned(uid, store), amount, store)["awardId"]
        return award

    def accept_points(self, award: str, uid: str = CUSTOMER) -> Any:
        """awardPoints."""
        return self.call("awardPoints", {"awardId": award}, uid)

    def decline_points(self, award: str, uid: str = CUSTOMER) -> Any:
        """declinePointAward."""
        return self.call("declinePointAward", {"awardId": award}, uid)

    def earn(self, amount: int = 1200, uid: str = CUSTOMER, store: str = STORE) -> Any:
        """A whole visit; gives awardPoints' answer."""
        return self.accept_points(self.offered_points(amount, uid, store), uid)

    # Spending.

    def use_points(self, nonce: str, points: Any = 5, uid: str = CUSTOMER, store: str = STORE) -> Any:
        """usePoints with a reading of the store's code."""
        return self.call("usePoints", {"nonce": nonce, "storeId": store, "points": points}, uid)

    def reverse_points(self, transaction: str, reason: str = REVERSAL, **claims: Any) -> Any:
        """reversePoints, by an administrator unless other claims are given."""
        data = {"transactionId": transaction, "reason": reason}
        return self.call("reversePoints", data, "admin", **(claims or {"admin": True}))
