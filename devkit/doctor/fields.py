"""A document of Firestore's REST interface as plain values."""

from datetime import datetime
from typing import Any


def plain(document: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Its id and its fields; numbers keep their type, a reference is its name."""
    return document["name"].rpartition("/")[2], _fields(document)


def _fields(holder: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in holder.get("fields", {}).items()}


def _value(typed: dict[str, Any]) -> Any:
    ((kind, value),) = typed.items()
    match kind:
        case "integerValue":
            return int(value)
        case "doubleValue":
            return float(value)
        case "timestampValue":
            return datetime.fromisoformat(value)
        case "arrayValue":
            return [_value(item) for item in value.get("values", [])]
        case "mapValue":
            return _fields(value)
    return value
