"""What must hold between Stripe, purchases, devices and licence codes when nothing is under way.

Pure. The records are, by document id where nothing else is said:

- ``now``: the server's time.
- ``sessions``: Stripe's Checkout sessions, with their payments.
- ``purchases``, ``devices``, ``license_codes``.
- ``bought``: every purchase that is or was for a device, by its device.
- ``histories``: the lines of each purchase and each device, by version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from checkout.device import LOCKS, Device
from checkout.products import ProductType
from checkout.purchase import CheckoutPurchase
from checkout.states import CLOSED, EXPIRING, OPEN, PROCESSING, REFUNDED, REVOKED, Status
from common import history
from common.invariants import rule
from payments import objects
from payments.disputes import costs_money
from payments.objects import CheckoutSession

Fields = Mapping[str, Any]
TWO_SWEEPS = timedelta(minutes=11)


@rule
def payments(sessions: dict[str, CheckoutSession], purchases: dict[str, CheckoutPurchase]) -> Iterator[str]:
    """A purchase is where its session is: waiting, paid, or over."""
    known = {purchase.session_id: purchase for purchase in purchases.values() if purchase.session_id}
    for id_, session in sessions.items():
        purchase = known.get(id_)
        if purchase is None:
            if not session.at_rest:
                yield f"{id_}: {session.status} at Stripe but no purchase has it"
        elif not _agrees(session, purchase):
            paid = "paid" if session.paid else "unpaid"
            yield f"{id_}: {session.status} and {paid} at Stripe, {purchase.id} is {purchase.state}"
        elif session.paid and session.payment_intent_id != purchase.payment_intent_id:
            yield f"{id_}: paid by {session.payment_intent_id}, {purchase.id} names {purchase.payment_intent_id}"
    for id_, purchase in known.items():
        if id_ not in sessions and purchase.state != CLOSED and not purchase.written_off:
            yield f"{purchase.id}: {id_} is unknown at Stripe"


def _agrees(session: CheckoutSession, purchase: CheckoutPurchase) -> bool:
    state = purchase.state
    if session.paid:
        return state not in (OPEN, EXPIRING, PROCESSING, CLOSED)
    if state == PROCESSING:
        return session.status == objects.COMPLETE and not session.failed
    if state in (OPEN, EXPIRING):
        return session.status == objects.OPEN
    return state == CLOSED and (session.status == objects.EXPIRED or session.failed)


@rule
def money(sessions: dict[str, CheckoutSession], purchases: dict[str, CheckoutPurchase]) -> Iterator[str]:
    """What became of the money decides: who has it back, or disputes it, has nothing of ours, and the other way."""
    for purchase in purchases.values():
        session = sessions.get(purchase.session_id or "")
        payment = session.payment if session is not None and session.paid else None
        if payment is not None and payment.charge_known:
            refunded = purchase.amount_refunded
            if payment.amount_refunded != refunded:
                yield f"{purchase.id}: {payment.amount_refunded} JPY refunded at Stripe, {refunded} on the purchase"
            if payment.disputed and purchase.doc.get("dispute_status") is None:
                yield f"{purchase.id}: disputed at Stripe, the purchase does not show it"
        gone = purchase.returned or costs_money(purchase.doc.get("dispute_status"))
        if purchase.state.status is Status.FULFILLED and gone and purchase.amount:
            yield f"{purchase.id}: fulfilled, but the money is gone"
        if purchase.state == REVOKED and not gone:
            yield f"{purchase.id}: revoked, but the money is there"
        if purchase.state == REFUNDED and not purchase.returned:
            yield f"{purchase.id}: nothing was granted, and {purchase.received} JPY were not given back"


@rule
def grants(purchases: dict[str, CheckoutPurchase], devices: dict[str, Device]) -> Iterator[str]:
    """A device has exactly what was bought for it and is paid."""
    for device in devices.values():
        yield from _granted(device, device.license_purchase_id, ProductType.LICENSE, purchases)
        yield from _granted(device, device.pass_purchase_id, ProductType.DAYPASS, purchases)
        if device.licensed != (device.license_purchase_id is not None):
            yield f"device {device.id}: license_purchased is {device.licensed}, of {device.license_purchase_id}"
    for purchase in purchases.values():
        owner = devices.get(purchase.device_id)
        granted = purchase.state.status is Status.FULFILLED and purchase.type is ProductType.LICENSE
        if granted and (owner is None or owner.license_purchase_id != purchase.id):
            yield f"{purchase.id}: fulfilled, but device {purchase.device_id} does not have it"


def _granted(
    device: Device, purchase_id: str | None, type_: ProductType, purchases: Mapping[str, CheckoutPurchase]
) -> Iterator[str]:
    if purchase_id is None:
        return
    purchase = purchases.get(purchase_id)
    if purchase is None or purchase.type is not type_ or purchase.device_id != device.id:
        yield f"device {device.id}: has {purchase_id}, which is not for it"
    elif purchase.state.status is not Status.FULFILLED:
        yield f"device {device.id}: has {purchase_id}, which is {purchase.state}"


@rule
def unlocks(bought: dict[str, Sequence[CheckoutPurchase]], devices: dict[str, Device]) -> Iterator[str]:
    """A device's unlocks are the day passes that it was ever given."""
    for device in devices.values():
        passes = [each for each in bought.get(device.id, ()) if each.type is ProductType.DAYPASS]
        given = sum(each.time("fulfilled_at") is not None for each in passes)
        if given != device.unlock_count:
            yield f"device {device.id}: {device.unlock_count} unlocks, {given} passes were given"


@rule
def locks(purchases: dict[str, CheckoutPurchase], devices: dict[str, Device]) -> Iterator[str]:
    """A device names the one purchase of each kind that waits, and none that does not."""
    waiting = {(each.device_id, each.type, each.id) for each in purchases.values() if each.state.waits}
    held = {(device.id, type_, device.lock(type_)) for device in devices.values() for type_ in LOCKS}
    for device_id, type_, id_ in sorted(waiting - held):
        yield f"device {device_id}: {id_} waits, and is not its {LOCKS[type_]}"
    for device_id, type_, held_id in sorted((d, t, str(i)) for d, t, i in held if i and (d, t, i) not in waiting):
        yield f"device {device_id}: {LOCKS[type_]} is {held_id}, which does not wait"


@rule
def due(now: datetime, purchases: dict[str, CheckoutPurchase]) -> Iterator[str]:
    """Every unfinished purchase is due for something in time, and no finished one is."""
    for purchase in purchases.values():
        due_at, unfinished = purchase.time("due_at"), purchase.state.unfinished
        if unfinished and (due_at is None or not purchase.doc.get("due_action")):
            yield f"{purchase.id}: {purchase.state} but nothing is due"
        if not unfinished and (due_at is not None or purchase.doc.get("due_action")):
            yield f"{purchase.id}: {purchase.state} but something is due"
        if unfinished and due_at is not None and now > due_at + TWO_SWEEPS:
            yield f"{purchase.id}: {purchase.state}, overdue since {due_at}"


@rule
def licence_codes(purchases: dict[str, CheckoutPurchase], license_codes: dict[str, Fields]) -> Iterator[str]:
    """A purchase's code is there, moves that purchase, and was not used."""
    for purchase in purchases.values():
        if not (hashed := purchase.doc.get("code_hash")):
            continue
        code = license_codes.get(hashed)
        if code is None:
            yield f"{purchase.id}: its code is gone"
        elif (code["purchase_id"], code["device_id"], code["moved_to"]) != (purchase.id, purchase.device_id, None):
            yield f"{purchase.id}: its code moves {code['purchase_id']} from {code['device_id']}, or was used"


@rule
def histories(purchases: dict[str, CheckoutPurchase], histories: dict[str, dict[int, Fields]]) -> Iterator[str]:
    """Gapless, and ending where the purchase is."""
    for purchase in purchases.values():
        status = purchase.state.status
        for problem in history.problems(purchase.version, status, histories.get(purchase.id, {})):
            yield f"{purchase.id}: {problem}"


@rule
def device_histories(devices: dict[str, Device], histories: dict[str, dict[int, Fields]]) -> Iterator[str]:
    """Gapless."""
    for device in devices.values():
        for problem in history.problems(device.version, None, histories.get(device.id, {})):
            yield f"device {device.id}: {problem}"


RULES = (payments, money, grants, unlocks, locks, due, licence_codes, histories, device_histories)
