"""How often a perk code was used, counted so that many people at once seldom meet.

The uses of a code are divided into ``shares``, each with a counter of its own, ``ticket_codes/{code}/shares/{n}``. A
use is counted in one of them, taken by chance, by compare-and-set; so together they never exceed ``max_redemptions``.
The code's ``redeemed_count`` follows in the same commit, without a guard of its own.
"""

from __future__ import annotations

import random

from google.cloud import firestore

from common import documents
from common.documents import Doc, Unit
from common.errors import Refusal
from consultation.reasons import ConsultationReason
from consultation.records import campaign_ref, share_ref

MOST_SHARES = 32


def how_many(max_redemptions: int) -> int:
    """Into how many shares the uses of a new code are divided."""
    return min(max_redemptions, MOST_SHARES)


def any_ref(code: Doc) -> firestore.DocumentReference:
    """One of a code's shares. A code from before there were any counts its uses itself."""
    shares = code.get("shares")
    return share_ref(code.id, random.randrange(shares)) if shares else code.ref  # noqa: S311  # no secret


def count(unit: Unit, code: Doc, share: Doc) -> int | None:
    """Plan to count a use, in this share or in another one that is not used up. Gives its number.

    Raises:
        Refusal: ``CODE_EXHAUSTED``.
    """
    if not code.get("shares"):
        unit.update_as_read(code, {"redeemed_count": code["redeemed_count"] + 1})
        return None
    if _used_up(code, share):
        left = [each for each in documents.read(*_refs(code)) if not _used_up(code, each)]
        if not left:
            raise Refusal(ConsultationReason.CODE_EXHAUSTED)
        share = random.choice(left)  # noqa: S311  # no secret
    used = {"redeemed_count": share.get("redeemed_count", 0) + 1}
    if share.exists:
        unit.update_as_read(share, used)
    else:
        unit.create(share, used)
    unit.increase(code.ref, "redeemed_count", 1)
    _show(unit, code, 1)
    return int(share.id)


def give_back(unit: Unit, code: Doc, redemption: Doc) -> None:
    """Plan to count a use no more."""
    unit.increase(code.ref, "redeemed_count", -1)
    _show(unit, code, -1)
    if redemption.get("share") is not None:
        unit.increase(share_ref(code.id, redemption["share"]), "redeemed_count", -1)


def _show(unit: Unit, code: Doc, uses: int) -> None:
    """Show on its campaign how often its codes were used, if that can be done at this moment."""
    if code.get("campaign"):
        unit.show(campaign_ref(code["campaign"]), {"redeemed": firestore.Increment(uses)})


def _refs(code: Doc) -> list[firestore.DocumentReference]:
    return [share_ref(code.id, number) for number in range(code["shares"])]


def _used_up(code: Doc, share: Doc) -> bool:
    uses, remainder = divmod(code["max_redemptions"], code["shares"])
    return bool(share.get("redeemed_count", 0) >= uses + (int(share.id) < remainder))
