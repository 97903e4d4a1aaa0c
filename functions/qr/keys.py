"""The signing keys and the audience of this deployment."""

from __future__ import annotations

import functools

from common import documents, log
from common.alerts import Alert
from common.environment import deployed
from common.errors import CallReason, Refusal
from common.params import QR_SIGNING_KEYS, required
from qr.key_strength import refuse_guessable
from qr.tokens import Keys, parse_keys


def signing_keys() -> Keys:
    """The configured keys.

    Raises:
        Refusal: ``NOT_CONFIGURED`` when there are none, or they are not usable. A deployed function uses none that
            somebody could guess; the local stack's own is public.
    """
    return _parsed(required(QR_SIGNING_KEYS), guessable=not deployed())


@functools.lru_cache(maxsize=1)
def _parsed(text: str, *, guessable: bool) -> Keys:
    try:
        keys = parse_keys(text)
        if not guessable:
            refuse_guessable(keys)
        return keys
    except ValueError as error:
        # A JSON error carries the text it is about, and that is the keys.
        problem = "not JSON" if hasattr(error, "doc") else str(error)
    log.error(Alert.QR_KEYS_UNUSABLE, problem=problem)
    raise Refusal(CallReason.NOT_CONFIGURED)


def audience() -> str:
    """The project's id: a code of one project is worth nothing in another."""
    return documents.project()
