"""Stripe's form encoding (`a[b]=c`, `a[]=b`, `a[0]=b`) and the validation of parameters.

A validation failure means that the request never began to execute, so nothing is saved under its
idempotency key (docs.stripe.com/api/idempotent_requests).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from devkit.stripe_sim.errors import ApiError, Json, invalid_parameter, missing_parameter, no_such, unknown_parameter

Field = Callable[[str, Any], Any]
Spec = Mapping[str, Field]

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_MAX_PARAMETERS = 1000
_INTEGER = re.compile(r"-?[0-9]{1,15}")


def decode(encoded: str) -> Json:
    """Decodes a query string or form body into nested dicts; lists become dicts keyed by position."""
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS, errors="strict")
    except (ValueError, UnicodeDecodeError) as error:
        raise ApiError(400, "The request's parameters cannot be read.") from error
    tree: Json = {}
    for name, value in pairs:
        match = _KEY.fullmatch(name)
        if match is None:
            raise unknown_parameter(name)
        path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        node = tree
        for part in path[:-1]:
            child = node.setdefault(part, {})
            if not isinstance(child, dict):
                raise invalid_parameter(path[0], f"Invalid object: {path[0]}")
            node = child
        last = path[-1] or str(len(node))
        node[last] = value
    return tree


def validate(spec: Spec, raw: Json, required: tuple[str, ...] = ()) -> Json:
    """Checks `raw` against `spec`; unknown and missing parameters and bad values raise `ApiError` 400."""
    for name in raw:
        if name not in spec:
            raise unknown_parameter(name)
    for name in required:
        if name not in raw:
            raise missing_parameter(name)
    return {name: spec[name](name, value) for name, value in raw.items()}


def text(name: str, value: Any) -> str:
    """A non-empty string of at most 5,000 characters."""
    if not isinstance(value, str):
        raise invalid_parameter(name, f"Invalid string: {name}")
    if value == "":
        raise invalid_parameter(name, f"{name} was an empty string.", "parameter_invalid_empty")
    if len(value) > 5000:
        raise invalid_parameter(name, f"{name} is longer than 5000 characters.")
    return value


def short(most: int) -> Field:
    """A non-empty string of at most so many characters."""

    def check(name: str, value: Any) -> str:
        if len(text(name, value)) > most:
            raise invalid_parameter(name, f"{name} is longer than {most} characters.")
        return str(value)

    return check


def address(name: str, value: Any) -> str:
    """An http or https URL."""
    try:
        parts = urlsplit(text(name, value))
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and value.split() == [value]
    except ValueError:
        valid = False
    if not valid:
        raise invalid_parameter(name, "Invalid URL: a scheme (such as https) must be given.", "url_invalid")
    return str(value)


def integer(minimum: int, maximum: int = 10**12) -> Field:
    """A whole number between `minimum` and `maximum`."""

    def check(name: str, value: Any) -> int:
        if not isinstance(value, str) or not _INTEGER.fullmatch(value):
            raise invalid_parameter(name, f"Invalid integer: {value}", "parameter_invalid_integer")
        number = int(value)
        if not minimum <= number <= maximum:
            message = f"{name} must be between {minimum} and {maximum}."
            raise invalid_parameter(name, message, "parameter_invalid_integer")
        return number

    return check


def whole_decimal(name: str, value: Any) -> int:
    """A number that is written as a decimal and is whole: the currencies here have no smaller unit to split."""
    return int(integer(0)(name, re.sub(r"\.0+$", "", value) if isinstance(value, str) else value))


def choice(*choices: str) -> Field:
    """One of a closed set of strings."""

    def check(name: str, value: Any) -> str:
        if value not in choices:
            raise invalid_parameter(name, f"Invalid {name}: must be one of {', '.join(choices)}")
        return str(value)

    return check


def boolean(name: str, value: Any) -> bool:
    """`true` or `false`."""
    if value not in ("true", "false"):
        raise invalid_parameter(name, f"Invalid boolean: {value}")
    return bool(value == "true")


def anything(_: str, value: Any) -> Any:
    """A documented parameter that is accepted and has no effect here."""
    return value


def strings(name: str, value: Any) -> list[str]:
    """A list of non-empty strings."""
    return [text(name, item) for item in _array(name, value)]


def listing(field: Field, most: int | None = None) -> Field:
    """A list of what `field` takes, at most so many."""

    def check(name: str, value: Any) -> list[Any]:
        items = _array(name, value, most)
        return [field(f"{name}[{position}]", item) for position, item in enumerate(items)]

    return check


def names(known: Callable[[], frozenset[str]], most: int | None = None) -> Field:
    """A list of names that Stripe knows, at most so many."""

    def check(name: str, value: Any) -> list[str]:
        found = strings(name, value)
        for position, item in enumerate(found):
            if item not in known():
                raise invalid_parameter(f"{name}[{position}]", f"Invalid {name}[{position}]: {item} is unknown.")
        _array(name, value, most)
        return found

    return check


def _array(name: str, value: Any, most: int | None = None) -> list[Any]:
    if not isinstance(value, dict):
        raise invalid_parameter(name, f"Invalid array: {name}")
    if most is not None and len(value) > most:
        raise invalid_parameter(name, f"Invalid array: {name} can have at most {most} elements.")
    return list(value.values())


def by_name(known: Callable[[], frozenset[str]], specs: Mapping[str, Spec] | None = None) -> Field:
    """An object with a key for each of some names that Stripe knows, whose own parameters some `specs` tell."""
    checked = {key: mapping(spec) for key, spec in (specs or {}).items()}
    return lambda name, value: mapping({**dict.fromkeys(known(), _hash), **checked})(name, value)


def _hash(name: str, value: Any) -> Json:
    if not isinstance(value, dict):
        raise invalid_parameter(name, f"Invalid object: {name}")
    return value


def one_of(known: Callable[[], frozenset[str]]) -> Field:
    """A name that Stripe knows."""
    return lambda name, value: choice(*sorted(known()))(name, value)


def absent(kind: str, *known: str) -> Field:
    """The id of an object of which this account has none, or only those that are known."""

    def check(name: str, value: Any) -> str:
        if text(name, value) not in known:
            raise no_such(kind, value, name)
        return str(value)

    return check


def refused(message: str, *harmless: str) -> Field:
    """A documented parameter that this account cannot use, but for values that ask for nothing."""

    def check(name: str, value: Any) -> Any:
        if value not in harmless:
            raise invalid_parameter(name, message)
        return value

    return check


def removed(parameter: str, successor: str) -> Field:
    """A parameter that this API version no longer takes (changelog of 2026-09-30.endive)."""

    def check(name: str, _: Any) -> Any:
        message = f"{parameter} is no longer supported; use {successor}."
        raise invalid_parameter(name, message, code=f"{parameter}_no_longer_supported")

    return check


def mapping(spec: Spec, required: tuple[str, ...] = ()) -> Field:
    """A nested object with its own parameters."""

    def check(name: str, value: Any) -> Json:
        if not isinstance(value, dict):
            raise invalid_parameter(name, f"Invalid object: {name}")
        for key in value:
            if key not in spec:
                raise unknown_parameter(f"{name}[{key}]")
        for key in required:
            if key not in value:
                raise missing_parameter(f"{name}[{key}]")
        return {key: spec[key](f"{name}[{key}]", item) for key, item in value.items()}

    return check


def metadata(name: str, value: Any) -> dict[str, str]:
    """The metadata of a new object."""
    return {key: item for key, item in (metadata_changes(name, value) or {}).items() if item != ""}


def metadata_changes(name: str, value: Any) -> dict[str, str] | None:
    """Up to 50 keys of at most 40 characters, with values of at most 500; an empty value unsets its key.

    None for an empty string, which unsets all.
    """
    if value == "":
        return None
    if not isinstance(value, dict):
        raise invalid_parameter(name, "Invalid object: metadata")
    if len(value) > 50:
        raise invalid_parameter(name, "Metadata can have at most 50 keys.")
    for key, item in value.items():
        if not isinstance(item, str):
            raise invalid_parameter(f"{name}[{key}]", "Metadata values must be strings.")
        if len(key) > 40:
            raise invalid_parameter(name, "Metadata keys can have at most 40 characters.")
        if len(item) > 500:
            raise invalid_parameter(f"{name}[{key}]", "Metadata values can have at most 500 characters.")
    return dict(value)


def or_empty(field: Field) -> Field:
    """What `field` takes, or an empty string, which unsets it."""
    return lambda name, value: None if value == "" else field(name, value)


def interval(name: str, value: Any) -> Json:
    """A time filter in epoch seconds: one exact value, or any of `gt`, `gte`, `lt`, `lte`."""
    epoch = integer(0)
    if isinstance(value, dict):
        return dict(mapping({"gt": epoch, "gte": epoch, "lt": epoch, "lte": epoch})(name, value))
    exact = epoch(name, value)
    return {"gte": exact, "lte": exact}
