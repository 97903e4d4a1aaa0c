"""What only this server can make: the tokens of return addresses and the licence codes. Derived, never stored.

Each is a MAC over what it is for, the project and the purchase, by one of the keys in ``CHECKOUT_KEYS``. A purchase
keeps the id of the key, so what was given out stays the same while keys are replaced.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from checkout.reasons import CheckoutReason
from common import codes, documents, ids
from common.alerts import Alert
from common.errors import Refusal
from common.params import CHECKOUT_KEYS
from common.signing_keys import Keys, configured

CODE_LETTERS = 16
LONGEST_TOKEN = 100
_TOKEN = re.compile(rf"({ids.PURCHASE})\.([A-Za-z0-9_-]{{1,16}})\.([A-Za-z0-9_-]{{43}})")


def _keys() -> Keys:
    """The configured keys.

    Raises:
        Refusal: ``NOT_CONFIGURED`` when there are none, or they are not usable.
    """
    return configured(CHECKOUT_KEYS, Alert.CHECKOUT_KEYS_UNUSABLE)


def known(kid: str | None) -> bool:
    """Whether a key is still there."""
    return kid in _keys()


def signing_kid() -> str:
    """The id of the key that signs now."""
    return next(iter(_keys()))


def token(purchase_id: str, kid: str) -> str:
    """The token that stands in a purchase's return addresses.

    Raises:
        KeyError: the key is not configured any more.
    """
    mac = base64.urlsafe_b64encode(_mac(kid, "purchase-token", purchase_id)).decode().rstrip("=")
    return f"{purchase_id}.{kid}.{mac}"


def purchase_of(text: str) -> str:
    """The purchase that a token is of.

    Raises:
        Refusal: ``TOKEN_INVALID``: we did not make it, for this project, with a key that is still good.
    """
    found = _TOKEN.fullmatch(text)
    if found is None or not known(found[2]) or not hmac.compare_digest(token(found[1], found[2]), text):
        raise Refusal(CheckoutReason.TOKEN_INVALID)
    return found[1]


def license_code(purchase_id: str, generation: int, kid: str) -> str:
    """The code that moves a licence, until it has; then the next generation's does.

    Raises:
        KeyError: the key is not configured any more.
    """
    bits = int.from_bytes(_mac(kid, "license-code", purchase_id, str(generation)))
    return codes.written(bits, CODE_LETTERS)


def hashed(code: str) -> str:
    """What a code is found by."""
    return hashlib.sha256(code.encode()).hexdigest()


def _mac(kid: str, purpose: str, *about: str) -> bytes:
    return hmac.digest(_keys()[kid], "|".join((purpose, documents.project(), *about)).encode(), "sha256")
