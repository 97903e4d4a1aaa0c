"""restoreLicense: a licence code moves a licence to the device it is typed on. It is moved, never copied."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Annotated

from pydantic import Field, StringConstraints

from checkout import access, contact, grants, keys, license_codes
from checkout import device as devices
from checkout.answers import DeviceView
from checkout.device import Device
from checkout.happening import Note
from checkout.loaded import LoadedPurchase
from checkout.purchase import CheckoutPurchase
from checkout.reasons import CheckoutReason
from checkout.records import code_ref, device_ref, purchase_ref
from checkout.request_fields import DeviceId
from checkout.states import Status
from common import accounts, clock, codes, documents, history
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.codes import WRONG_CODES, CodeReason
from common.documents import Doc, Unit
from common.errors import Refusal
from common.history import Change
from common.messages import RequestModel
from common.params import CHECKOUT_KEYS
from common.retry import run_until_committed

TRANSFERS = 3
TRANSFER_WINDOW = timedelta(days=30)


class RestoreLicenseRequest(RequestModel):
    """A code as a person typed it."""

    device_id: DeviceId
    license_code: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(
        description="As confirmCheckout and getDevice answer it."
    )


@callable_function(
    who="anybody signed in who has the code",
    secrets=(CHECKOUT_KEYS,),
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        CodeReason.CODE_INVALID,
        CodeReason.TOO_MANY_ATTEMPTS,
        CheckoutReason.LICENSE_REVOKED,
        CheckoutReason.LICENSE_OWNED,
        CheckoutReason.DEVICE_NOT_YOURS,
        CheckoutReason.TRANSFER_LIMIT,
    ),
)
def restoreLicense(caller: Caller, request: RestoreLicenseRequest) -> DeviceView:  # noqa: N802
    """Moves a licence to this device. The device that had it loses it, and the code is used up; the answer has another.

    On the device that has the licence already the code makes it the caller's, also after a new installation. Repeating
    the call answers the same. A licence moves three times in 30 days at most; ten wrong codes in fifteen minutes stop
    every code for a while.
    """
    tries = count()
    loaded = run_until_committed(lambda: _restore(caller, request, again=next(tries) > 0))
    contact.greet(caller, loaded.device)
    return DeviceView.of(loaded.device, loaded.purchase)


def _restore(caller: Caller, request: RestoreLicenseRequest, *, again: bool) -> LoadedPurchase:
    text, now = codes.normalised(request.license_code, keys.CODE_LETTERS), clock.now()
    wanted = [code_ref(keys.hashed(text))] if text else []
    deletion, wrong, target, *found = documents.read(
        accounts.deletion_ref(caller.uid), WRONG_CODES.ref(caller.uid), device_ref(request.device_id), *wanted
    )
    accounts.refuse_if_deleted(deletion, now)
    if WRONG_CODES.reached(wrong, now):
        raise Refusal(CodeReason.TOO_MANY_ATTEMPTS)
    device = Device(target).look_back() if again else Device(target)
    move = _Move.of(caller, device, found[0]) if found and found[0].exists else None
    if move is None:
        unit = Unit()
        WRONG_CODES.hit(unit, wrong, now)
        unit.commit()
        raise Refusal(CodeReason.CODE_INVALID)
    return move.made(now)


class _Move:
    """A licence on its way: who moves it, from where, to where, by which code."""

    def __init__(self, caller: Caller, purchase: CheckoutPurchase, source: Device, target: Device, code: Doc) -> None:
        self._caller, self._purchase, self._code = caller, purchase, code
        self._source, self._target = source, target

    @classmethod
    def of(cls, caller: Caller, target: Device, code: Doc) -> _Move | None:
        """What a code that is there would do; ``None`` if it is good for nothing here."""
        purchase, source = documents.read(purchase_ref(code["purchase_id"]), device_ref(code["device_id"]))
        if not purchase.exists:
            return None
        moved_here = code["moved_to"] == target.id and target.license_purchase_id == purchase.id
        # A repeated call, whose first answer was lost; anybody else finds a code that was used.
        repeated = moved_here and access.is_owner(caller, target)
        # Each move makes the next generation's code.
        current = purchase.get("code_generation") == code["generation"]
        if not (current or repeated) or CheckoutPurchase(purchase).time("fulfilled_at") is None:
            return None
        return cls(caller, CheckoutPurchase(purchase), Device(source), target, code)

    def made(self, now: datetime) -> LoadedPurchase:
        """Commit it.

        Raises:
            Refusal: with the reason.
        """
        if self._purchase.state.status in (Status.REVOKED, Status.REFUNDED):
            raise Refusal(CheckoutReason.LICENSE_REVOKED)
        if self._target.license_purchase_id == self._purchase.id:
            self._bind(now)
        else:
            self._commit(now)
        return LoadedPurchase(self._purchase, self._target)

    def _bind(self, now: datetime) -> None:
        """The licence is here already: whoever has its code has its device."""
        if access.is_owner(self._caller, self._target):
            return
        unit, change = Unit(), Change(Note.REBIND, self._caller.uid, now)
        devices.write(unit, self._target, access.rebinding(self._caller, self._target, now), change)
        unit.commit()

    def _commit(self, now: datetime) -> None:
        bound, note = access.required_binding(self._caller, self._target, now)
        if self._target.licensed:
            raise Refusal(CheckoutReason.LICENSE_OWNED)
        moved = [at for at in self._purchase.doc.get("transfers") or [] if now - at < TRANSFER_WINDOW]
        if len(moved) >= TRANSFERS:
            raise Refusal(CheckoutReason.TRANSFER_LIMIT)
        unit, purchase, target = Unit(), self._purchase, self._target
        generation = int(purchase.doc.get("code_generation") or 0) + 1
        fields = license_codes.begin(unit, purchase.id, target.id, generation, now)
        unit.update_as_read(self._code, {"moved_to": target.id, "moved_at": now})
        moves = {"device_id": target.id, "transfers": [*moved, now], **fields}
        history.advance(unit, purchase.doc, moves, self._change(now, target.id))
        told = self._change(now, purchase.id)
        arrived = Change(access.noted(note, Note.MOVE), self._caller.uid, now, purchase.id)
        if self._source.license_purchase_id == purchase.id and self._source.id != target.id:
            devices.write(unit, self._source, grants.UNLICENSED, told)
        # While a refund is on its way, too: it takes the licence from where it then is.
        since = purchase.time("fulfilled_at") or now
        licensed = {**grants.licensed(purchase, since), **license_codes.of_device(fields)}
        gained = {**bound, **licensed, "license_by_code": purchase.id}
        devices.write(unit, target, gained, arrived)
        unit.commit()

    def _change(self, now: datetime, about: str) -> Change:
        return Change(Note.MOVE, self._caller.uid, now, about)
