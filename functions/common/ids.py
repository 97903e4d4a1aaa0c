"""Ids and their grammar: what may stand in a document's path, and how ids are put together and taken apart. Pure.

Composed ids can be read in one way only: ``{owner}.{random}`` because the random part has no dot, ``{uid}__{plain}``
because a plain id neither begins nor ends with ``_`` nor holds ``__``.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

LONGEST = 200
"""The longest id that a client may send."""
ANY_PATTERN = r"^[A-Za-z0-9._:@+|=-]+$"
"""Characters that are safe in a document's path and in an idempotency key."""
PLAIN = r"[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*"
"""No dot; no leading, trailing or double underscore."""
NONCE = r"([A-Za-z0-9-][A-Za-z0-9_-]|_[A-Za-z0-9-])[A-Za-z0-9_-]{20}"
"""128 bits, base64url. A document's id may begin with a nonce, so none begins like those that Firestore reserves."""
PAYMENT_INTENT = r"pi_[A-Za-z0-9_]{1,100}"
CHECKOUT_SESSION = r"cs_[A-Za-z0-9_]{1,200}"
PURCHASE = r"p_[0-9a-f]{32}"
"""Of something bought on Stripe's Checkout page: 128 random bits."""

_UID = re.compile(r"[A-Za-z0-9._:@+|=-]{1,128}")
_ANY = re.compile(ANY_PATTERN)
_PLAIN = re.compile(PLAIN)
_NONCE = re.compile(NONCE)
_PURCHASE = re.compile(PURCHASE)


def reserved(id_: str) -> bool:
    """Whether Firestore takes no document of this id."""
    return id_ in (".", "..") or (id_.startswith("__") and id_.endswith("__"))


def usable(id_: Any) -> bool:
    """Whether it is an id that a document of ours may have. Anything may stand in what others can edit."""
    return isinstance(id_, str) and bool(_ANY.fullmatch(id_)) and len(id_) <= LONGEST and not reserved(id_)


def usable_uid(uid: Any) -> bool:
    """Whether a uid may become part of ids. Custom tokens may name users freely."""
    return isinstance(uid, str) and bool(_UID.fullmatch(uid)) and not reserved(uid)


def plain(id_: Any) -> bool:
    """Whether it is a plain id, which a composed one may end with."""
    return isinstance(id_, str) and bool(_PLAIN.fullmatch(id_)) and len(id_) <= 128


def new_id(owner: str) -> str:
    """A fresh id of something that belongs to ``owner``: whose it is can be told from the id alone."""
    return f"{owner}.{secrets.token_hex(12)}"


def new_purchase_id() -> str:
    """A fresh id of something bought on Stripe's Checkout page."""
    return f"p_{secrets.token_hex(16)}"


def purchase(id_: Any) -> bool:
    """Whether it is an id of ``new_purchase_id``."""
    return isinstance(id_, str) and bool(_PURCHASE.fullmatch(id_))


def owner_of(id_: str) -> str:
    """The owner that an id of ``new_id`` begins with; empty if it is none."""
    return id_.rpartition(".")[0]


def new_nonce() -> str:
    """128 random bits."""
    while not _NONCE.fullmatch(nonce := secrets.token_urlsafe(16)):
        pass
    return nonce
