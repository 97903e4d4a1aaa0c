"""Ids with Stripe's prefixes."""

from __future__ import annotations

import secrets
import string

_ALPHABET = (string.ascii_letters + string.digits).encode()
_LETTERS = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))


def new_id(prefix: str, length: int = 24) -> str:
    """An id such as `pi_3…`, which cannot be guessed."""
    return f"{prefix}_{secrets.token_bytes(length).translate(_LETTERS).decode()}"
