"""Integers as the app sends them: Flutter gives every ``int`` 64 bits, and those the phones' SDKs send as typed values.

``{"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": "500"}``. Other servers' SDKs undo this; the one
for Python leaves it to the function. Source: firebase.google.com/docs/functions/callable-reference.
"""

from __future__ import annotations

import re
from typing import Any

_TYPES = frozenset(f"type.googleapis.com/google.protobuf.{name}" for name in ("Int64Value", "UInt64Value"))
_DECIMAL = re.compile(r"-?[0-9]{1,20}")


def plain(value: Any) -> Any:
    """The value with every typed integer in it as an ``int``. What only looks like one stays, to be refused."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"@type", "value"} and _is_typed(value["@type"], value["value"]):
        return int(value["value"])
    return {key: plain(item) for key, item in value.items()}


def _is_typed(kind: Any, value: Any) -> bool:
    return isinstance(kind, str) and kind in _TYPES and isinstance(value, str) and bool(_DECIMAL.fullmatch(value))
