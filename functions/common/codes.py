"""Codes that people copy: random bits in Crockford's base32, in groups of four, ``XXXX-XXXX-XXXX``.

The alphabet has no I, L, O or U, and reading is forgiving about case, width, separators and look-alikes, because people
copy codes by hand and Japanese keyboards type full-width letters.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import timedelta

from common.errors import Reason
from common.limits import Limit

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = str.maketrans("", "", "- ‐‑–—−ー_\t\r\n\u3000\u200b\ufeff")

WRONG_CODES = Limit("codes", most=10, window=timedelta(minutes=15))
"""Wrong codes that one user may type, of whatever kind."""


class CodeReason(Reason):
    """Why a code that somebody typed is refused, whatever it is for."""

    CODE_INVALID = ("NOT_FOUND", "コードが正しくありません", "This code is not valid.")
    TOO_MANY_ATTEMPTS = (
        "RESOURCE_EXHAUSTED",
        "入力回数が上限に達しました。しばらくしてからお試しください",
        "Too many wrong codes. Please try again later.",
    )


def new_code() -> str:
    """A fresh code as it is stored and shown."""
    # Sixty bits at once: drawing letter by letter would ask the system for each.
    return written(secrets.randbits(5 * LENGTH))


def written(bits: int, length: int = LENGTH) -> str:
    """The code of that many letters whose bits, five a letter, are these."""
    return _grouped("".join(_ALPHABET[bits >> 5 * place & 31] for place in range(length)))


def normalised(text: str, length: int = LENGTH) -> str | None:
    """The stored form of what a person typed, or ``None`` if it cannot be a code of that many letters."""
    plain = unicodedata.normalize("NFKC", text).translate(_SEPARATORS).upper().translate(_LOOK_ALIKES)
    if len(plain) != length or any(letter not in _ALPHABET for letter in plain):
        return None
    return _grouped(plain)


def _grouped(plain: str) -> str:
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))
