"""A few devices and purchases of which everything agrees, and ways to break exactly one rule of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud import firestore

from checkout.device import NOTHING, Device
from checkout.origin import CheckoutOrigin
from checkout.products import ProductType, Terms
from checkout.purchase import CheckoutPurchase, new_purchase
from common.documents import Doc
from devkit.world import CheckoutRecords
from payments.objects import CheckoutSession, PaymentIntent
from payments.origin import Origin
from tests.support.broken_worlds import Register

_SHOPS: Register[CheckoutRecords] = Register()
BREAKS, breaks = _SHOPS.broken, _SHOPS.breaks
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
LICENSE, PASS, OPEN, STORE, CLOSED, REFUNDED, REVOKED = (f"p_{letter * 32}" for letter in "abcdef0")


def healthy() -> CheckoutRecords:
    """Phone one has a licence and a page open; phone two had a pass, waits for a store, and had three that ended."""
    shop = CheckoutRecords(NOW, {}, {}, {}, {}, {}, {})
    _device(shop, "one", license_purchased=True, license_purchase_id=LICENSE, open_daypass=OPEN)
    _device(shop, "two", pass_purchase_id=PASS, unlock_count=1, open_license=STORE)
    _purchase(shop, LICENSE, "one", "license", "fulfilled", "paid", fulfilled_at=NOW, code_hash="hash")
    _purchase(shop, OPEN, "one", "daypass", "open", "open", **_due("expire"))
    _purchase(shop, PASS, "two", "daypass", "fulfilled", "paid", fulfilled_at=NOW)
    _purchase(shop, STORE, "two", "license", "processing", "complete", **_due("check"))
    _purchase(shop, CLOSED, "two", "license", "closed", "expired")
    _purchase(shop, REFUNDED, "two", "license", "refunded", "paid", back=100, amount_refunded=100)
    _purchase(shop, REVOKED, "two", "license", "revoked", "paid", disputed=True, dispute_status="lost")
    shop.license_codes["hash"] = {"purchase_id": LICENSE, "device_id": "one", "moved_to": None}
    return shop


def _due(action: str) -> dict[str, Any]:
    return {"due_action": action, "due_at": NOW + timedelta(minutes=30)}


def _doc(path: str, data: dict[str, Any]) -> Doc:
    return Doc(firestore.DocumentReference(*path.split("/"), client=None), data)


def _device(shop: CheckoutRecords, id_: str, **fields: Any) -> None:
    data = {**NOTHING, "owner_uid": f"owner-{id_}", "version": 1, **fields}
    shop.devices[id_] = Device(_doc(f"devices/{id_}", data))
    shop.histories[id_] = {1: {"from": None, "to": None}}


def _purchase(
    shop: CheckoutRecords,
    id_: str,
    device: str,
    type_: str,
    status: str,
    session: str,
    *,
    back: int = 0,
    disputed: bool = False,
    **fields: Any,
) -> None:
    origin = CheckoutOrigin(id_, device, f"owner-{device}", ProductType(type_), None, Terms())
    fields = {"due_action": None, "due_at": None, **fields}
    known = {"session_id": f"cs_{id_}", "payment_intent_id": f"pi_{id_}", "status": status, "version": 1}
    data = {**new_purchase(origin, 100, "jpy", NOW), **known, **fields}
    purchase = CheckoutPurchase(_doc(f"purchases/{id_}", data))
    shop.purchases[id_] = purchase
    shop.bought.setdefault(device, []).append(purchase)
    shop.histories[id_] = {1: {"from": None, "to": status}}
    shop.sessions[f"cs_{id_}"] = _session(id_, session, back, disputed)


def _session(id_: str, status: str, back: int, disputed: bool) -> CheckoutSession:
    origin = Origin("demo-kippu", "checkout", {})
    paid = status == "paid"
    payment = PaymentIntent(
        f"pi_{id_}", "succeeded" if paid else "requires_action", 100, "jpy", 100 if paid else 0, origin, NOW,
        None, False, None, None, paid, back, False, disputed, None, None,
    )  # fmt: skip
    return CheckoutSession(
        f"cs_{id_}", "complete" if paid else status, paid, False, 100, "jpy", origin, id_, NOW, NOW, False,
        payment.id, payment, None, None,
    )  # fmt: skip


def _set(shop: CheckoutRecords, purchase_id: str, **fields: Any) -> None:
    (shop.purchases[purchase_id].doc.data or {}).update(fields)


def _set_device(shop: CheckoutRecords, device_id: str, **fields: Any) -> None:
    (shop.devices[device_id].doc.data or {}).update(fields)


def _edit(shop: CheckoutRecords, purchase_id: str, **fields: Any) -> None:
    id_ = f"cs_{purchase_id}"
    shop.sessions[id_] = replace(shop.sessions[id_], **fields)


@breaks("open at Stripe but no purchase has it")
def a_session_of_nobody(shop: CheckoutRecords) -> None:
    shop.sessions["cs_stray"] = replace(shop.sessions[f"cs_{OPEN}"], id="cs_stray")


@breaks("complete and paid at Stripe, ")
def paid_and_nobody_noticed(shop: CheckoutRecords) -> None:
    _edit(shop, CLOSED, status="complete", paid=True)


@breaks("open and unpaid at Stripe, ")
def closed_with_its_page_open(shop: CheckoutRecords) -> None:
    _edit(shop, CLOSED, status="open")


@breaks("expired and unpaid at Stripe, ")
def open_with_its_page_ended(shop: CheckoutRecords) -> None:
    _edit(shop, OPEN, status="expired")


@breaks("complete and unpaid at Stripe, ")
def a_promise_that_failed(shop: CheckoutRecords) -> None:
    _edit(shop, STORE, failed=True)


@breaks("names pi_other")
def another_payment(shop: CheckoutRecords) -> None:
    _set(shop, PASS, payment_intent_id="pi_other")


@breaks("is unknown at Stripe")
def a_session_that_is_gone(shop: CheckoutRecords) -> None:
    del shop.sessions[f"cs_{OPEN}"]


@breaks("JPY refunded at Stripe, 0 on the purchase")
def a_refund_that_is_not_shown(shop: CheckoutRecords) -> None:
    payment = shop.sessions[f"cs_{PASS}"].payment
    assert payment is not None
    _edit(shop, PASS, payment=replace(payment, amount_refunded=40))


@breaks("disputed at Stripe, the purchase does not show it")
def a_dispute_that_is_not_shown(shop: CheckoutRecords) -> None:
    payment = shop.sessions[f"cs_{PASS}"].payment
    assert payment is not None
    _edit(shop, PASS, payment=replace(payment, disputed=True))


@breaks("fulfilled, but the money is gone")
def granted_without_money(shop: CheckoutRecords) -> None:
    _set(shop, PASS, dispute_status="needs_response")


@breaks("revoked, but the money is there")
def taken_away_with_the_money(shop: CheckoutRecords) -> None:
    _set(shop, REVOKED, dispute_status="won")


@breaks("nothing was granted, and 100 JPY were not given back")
def a_refund_that_failed(shop: CheckoutRecords) -> None:
    payment = shop.sessions[f"cs_{REFUNDED}"].payment
    assert payment is not None
    _edit(shop, REFUNDED, payment=replace(payment, amount_refunded=0))
    _set(shop, REFUNDED, amount_refunded=0)


@breaks("license_purchased is False, of p_")
def a_licence_that_is_not_shown(shop: CheckoutRecords) -> None:
    _set_device(shop, "one", license_purchased=False)


@breaks("fulfilled, but device one does not have it")
def a_licence_that_is_not_there(shop: CheckoutRecords) -> None:
    _set_device(shop, "one", license_purchased=False, license_purchase_id=None)


@breaks("which is not for it")
def a_pass_of_another_device(shop: CheckoutRecords) -> None:
    _set_device(shop, "one", pass_purchase_id=PASS)


@breaks("which is revoked")
def a_licence_that_was_revoked(shop: CheckoutRecords) -> None:
    _set_device(shop, "two", license_purchased=True, license_purchase_id=REVOKED)


@breaks("5 unlocks, 1 passes were given")
def unlocks_counted_by_hand(shop: CheckoutRecords) -> None:
    _set_device(shop, "two", unlock_count=5)


@breaks("waits, and is not its open_daypass")
def a_page_without_its_lock(shop: CheckoutRecords) -> None:
    _set_device(shop, "one", open_daypass=None)


@breaks("which does not wait")
def a_lock_without_its_page(shop: CheckoutRecords) -> None:
    _set_device(shop, "one", open_license=CLOSED)


@breaks("open but nothing is due")
def a_page_that_nothing_ends(shop: CheckoutRecords) -> None:
    _set(shop, OPEN, due_action=None, due_at=None)


@breaks("closed but something is due")
def an_end_that_is_due(shop: CheckoutRecords) -> None:
    _set(shop, CLOSED, **_due("expire"))


@breaks("overdue since")
def a_page_that_nobody_ended(shop: CheckoutRecords) -> None:
    _set(shop, OPEN, due_at=NOW - timedelta(minutes=12))


@breaks("its code is gone")
def a_code_that_is_gone(shop: CheckoutRecords) -> None:
    shop.license_codes.clear()


@breaks("or was used")
def a_code_that_was_used(shop: CheckoutRecords) -> None:
    shop.license_codes["hash"]["moved_to"] = "three"


@breaks("history [] for version 1")
def a_purchase_without_history(shop: CheckoutRecords) -> None:
    shop.histories[OPEN] = {}


@breaks("device one: history [] for version 1")
def a_device_without_history(shop: CheckoutRecords) -> None:
    shop.histories["one"] = {}
