"""Integers as the app sends them.

Flutter gives every ``int`` 64 bits, and those the phones' SDKs send as typed values:
``{"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": "500"}``. Other servers' SDKs undo this; the one
for Python leaves it to the function. They send no other typed values. A field of a screen may also be a ``double``, and
5,000 in one is sent as ``5000.0``, which JSON does not tell from ``5000``.
Source: firebase.google.com/docs/functions/callable-reference.
"""

from __future__ import annotations

import re
from typing import Any

_TYPES = frozenset(f"type.googleapis.com/google.protobuf.{name}" for name in ("Int64Value", "UInt64Value"))
_DECIMAL = re.compile(r"-?[0-9]{1,20}")
_EXACT = 2**53
"""Up to here a double is one integer. Beyond, it may have been another one, so it is not taken for any."""


def plain(value: Any) -> Any:
    """The value with every integer in it as an ``int``. What only looks like one stays, to be refused."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= _EXACT else value
    if not isinstance(value, dict):
        return value
    if value.keys() == {"@type", "value"} and _is_typed(value["@type"], value["value"]):
        return int(value["value"])
    return {key: plain(item) for key, item in value.items()}


def _is_typed(kind: Any, value: Any) -> bool:
    return isinstance(kind, str) and kind in _TYPES and isinstance(value, str) and bool(_DECIMAL.fullmatch(value))
