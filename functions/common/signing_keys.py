"""Signing keys by their id, as a secret holds them: ``{"kid": "base64 key", ...}``. The first signs, all verify."""

from __future__ import annotations

import base64
import functools
import json
import re
from typing import Any

from firebase_functions.params import SecretParam

from common import log
from common.alerts import Alert
from common.environment import deployed
from common.errors import CallReason, Refusal
from common.key_strength import refuse_guessable
from common.params import required

MINIMUM_BYTES = 32
_KID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_HALF_OF_A_PAIR = (b"-----BEGIN", b"ssh-", b"ecdsa-")

Keys = dict[str, bytes]


def configured(secret: SecretParam, unusable: Alert) -> Keys:
    """The keys of a secret.

    Args:
        unusable: raised when they cannot be used.

    Raises:
        Refusal: ``NOT_CONFIGURED`` when there are none, or they are not usable. A deployed function uses none that
            somebody could guess; the local stack's own are public.
    """
    return _parsed(required(secret), unusable, guessable=not deployed())


@functools.lru_cache(maxsize=2)
def _parsed(text: str, unusable: Alert, *, guessable: bool) -> Keys:
    try:
        keys = parse(text)
        if not guessable:
            refuse_guessable(keys)
        return keys
    except ValueError as error:
        # A JSON error carries the text it is about, and that is the keys.
        problem = "not JSON" if hasattr(error, "doc") else str(error)
    log.error(unusable, problem=problem)
    raise Refusal(CallReason.NOT_CONFIGURED)


def parse(text: str) -> Keys:
    """The keys, in their order.

    Raises:
        ValueError: it is not that, or a key is shorter than HMAC-SHA256 needs. Names no key.
    """
    pairs: list[tuple[str, Any]] = json.loads(text, object_pairs_hook=list)
    if not isinstance(pairs, list) or not pairs or not all(isinstance(pair, tuple) for pair in pairs):
        raise ValueError("not an object of keys")
    keys: Keys = {}
    for kid, encoded in pairs:
        if not _KID.fullmatch(kid) or kid in keys or not isinstance(encoded, str):
            raise ValueError("a key id is malformed or stands twice")
        keys[kid] = _decoded(encoded)
    return keys


def _decoded(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise ValueError("a key is not the base64 of a secret") from error
    if key.lstrip().startswith(_HALF_OF_A_PAIR):
        raise ValueError("a key is not the base64 of a secret")
    if len(key) < MINIMUM_BYTES:
        raise ValueError(f"a key is shorter than {MINIMUM_BYTES} bytes")
    return key
