"""Codes shown and read, and points given for them, through the functions themselves, over HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from devkit.stack import Stack

STORE, STAFF = "store-1", "staff-1"


@dataclass(frozen=True)
class Visit:
    """One customer's ids at one store, as the apps on both sides of the counter know them.

    Attributes:
        shown: a reading of the customer's code that nothing came of yet.
        read: a reading of the store's code by the customer, likewise.
        offered: an award that waits for the customer.
        earned: an award accepted, which is also the id of its transaction.
    """

    shown: str
    read: str
    offered: str
    earned: str


def show(stack: Stack, customer: str) -> str:
    """The token of a customer's own code."""
    token: str = stack.call("issueSecureQR", {"type": "user_point_earn"}, customer)["token"]
    return token


def show_store(stack: Stack) -> str:
    """The token of the store's code."""
    token: str = stack.call("issueSecureQR", {"type": "store_point_use", "storeId": STORE}, STAFF)["token"]
    return token


def visit(stack: Stack, customer: str) -> Visit:
    """A customer at the counter, with 100 points."""
    read = stack.call("verifySecureQR", {"token": show_store(stack)}, customer)["nonce"]
    offered, earned = _offer(stack, customer), _offer(stack, customer)
    stack.call("awardPoints", {"awardId": earned}, customer)
    return Visit(_scan(stack, customer), read, offered, earned)


def _scan(stack: Stack, customer: str) -> str:
    data = {"token": show(stack, customer), "readerId": STORE}
    nonce: str = stack.call("verifySecureQR", data, STAFF)["nonce"]
    return nonce


def _offer(stack: Stack, customer: str) -> str:
    data = {"nonce": _scan(stack, customer), "storeId": STORE, "amount": 10_000}
    award: str = stack.call("requestPointAward", data, STAFF)["awardId"]
    return award
