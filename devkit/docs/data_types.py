"""The table of FlutterFlow's Data Types for what answers hold, from the answers' schemas."""

from collections.abc import Iterator
from typing import Any

import main as deployed
from devkit.docs.markdown import table
from devkit.docs.schema import NULL, json_schema
from devkit.docs.words import Language
from devkit.errors import DevkitError

_HEADS = {"en": ("data type", "what it is of", "fields"), "ja": ("データ型", "何の型か", "フィールド")}

# By name: the action, the function that it calls, and where in its answer (or, for items, its request) the fields are.
_DATA_TYPES = {
    "Earned": ("acceptPoints", "awardPoints", ""),
    "Stamp": ("acceptPoints", "awardPoints", "stamp"),
    "Badge": ("acceptPoints", "awardPoints", "badges"),
    "Device": ("getDevice", "getDevice", ""),
    "Price": ("getDevice", "getDevice", "prices"),
    "OpenPurchase": ("getDevice", "getDevice", "open_purchases"),
    "FoundEvent": ("findEvents", "searchEvents", "events"),
    "Event": ("getEvent", "getEventDetails", ""),
    "CancelTerms": ("getEvent", "getEventDetails", "cancel_terms"),
    "Tier": ("getEvent", "getEventDetails", "tiers"),
    "SeatRow": ("getEvent", "getEventDetails", "tiers.rows"),
    "Seat": ("getSeats", "getSeatMap", "seats"),
    "OrderItem": ("buyEventTickets", "purchaseTicket", "items"),
    "EventTicket": ("myEventTickets", "getUserTickets", "coming"),
    "FoundTicket": ("findTickets", "findTickets", "tickets"),
}
_SIMPLE = {"string": "String", "integer": "Integer", "number": "Double", "boolean": "Boolean"}


def data_types(language: Language) -> str:
    """One row a data type, its fields grouped by their FlutterFlow type."""
    return table(_HEADS[language], (_row(name, *place) for name, place in _DATA_TYPES.items()))


def _row(name: str, action: str, function: str, path: str) -> tuple[str, ...]:
    of = f"`{action}`: `{path}`" if path else f"`{action}`"
    return f"`{name}`", of, "; ".join(_grouped(function, path))


def _grouped(function: str, path: str) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for field, spec in _fields(function, path).items():
        inner = f"{path}.{field}" if path else field
        groups.setdefault(_type(function, inner, _given(spec)), []).append(f"`{field}`")
    yield from (f"{', '.join(fields)} ({kind})" for kind, fields in groups.items())


def _fields(function: str, path: str) -> dict[str, Any]:
    endpoint = getattr(deployed, function).__kippu__
    found = json_schema(endpoint.request if path == "items" else endpoint.response)
    for part in filter(None, path.split(".")):
        spec = _given(found["properties"][part])
        found = _given(spec.get("items", spec))
    fields: dict[str, Any] = found["properties"]
    return fields


def _given(spec: Any) -> Any:
    """What a field holds where it is not null."""
    return next(option for option in spec.get("anyOf", [spec]) if option != NULL)


def _type(function: str, path: str, spec: Any) -> str:
    if spec["type"] == "array":
        return f"List of {_type(function, path, _given(spec['items']))}"
    if spec["type"] in _SIMPLE:
        return _SIMPLE[spec["type"]]
    names = [name for name, (_, *place) in _DATA_TYPES.items() if place == [function, path]]
    if not names:
        raise DevkitError(f"{path} of {function} needs a data type in {__name__}")
    return f"Data Type `{names[0]}`"
