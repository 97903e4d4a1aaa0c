"""Ticket codes: 60 random bits in Crockford's base32, written ``XXXX-XXXX-XXXX``. Pure.

The alphabet has no I, L, O or U, and reading is forgiving about case, width, separators and look-alikes, because people
copy codes by hand and Japanese keyboards type full-width letters.
"""

from __future__ import annotations

import secrets
import unicodedata

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = str.maketrans("", "", "- ‐‑–—−ー_\t\r\n\u3000\u200b\ufeff")


def new_code() -> str:
    """A fresh code as it is stored and shown."""
    # Sixty bits at once: drawing letter by letter would ask the system for each.
    bits = secrets.randbits(5 * LENGTH)
    return _grouped("".join(_ALPHABET[bits >> 5 * place & 31] for place in range(LENGTH)))


def normalised(text: str) -> str | None:
    """The stored form of what a person typed, or ``None`` if it cannot be a code."""
    plain = unicodedata.normalize("NFKC", text).translate(_SEPARATORS).upper().translate(_LOOK_ALIKES)
    if len(plain) != LENGTH or any(letter not in _ALPHABET for letter in plain):
        return None
    return _grouped(plain)


def _grouped(plain: str) -> str:
    return "-".join(plain[start : start + 4] for start in range(0, LENGTH, 4))
