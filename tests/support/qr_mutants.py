"""Every text a little beside a valid token: letters changed, lost, added and exchanged, parts and claims replaced."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from tests.support.qr_forgeries import part

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0é０"
VALUES: tuple[Any, ...] = (None, True, 0, 1, -1, 0.5, "", "x", "none", "store_point_use", "../x", [], {}, ["x"])


def mutants(token: str, places: list[int], other: str) -> Iterator[str]:
    """Texts that differ from ``token``; most often around ``places``, and spliced with another valid token."""
    for text in _all(token, places, other):
        if text not in (token, other):
            yield text


def _all(token: str, places: list[int], other: str) -> Iterator[str]:
    for place in {min(place, len(token) - 1) for place in places}:
        before, here, after = token[:place], token[place], token[place + 1 :]
        for letter in LETTERS:
            yield before + letter + after
            yield before + letter + here + after
        yield before + after
        yield before
        yield here + after
        yield before + here.swapcase() + after
        yield before + after[:1] + here + after[1:]
        yield token[:place] + other[place:]
        yield other[:place] + token[place:]
    yield from _recombined(token.split("."), other.split("."))
    yield from _reworded(token.split("."))


def _recombined(one: list[str], two: list[str]) -> Iterator[str]:
    """Whole parts of the two, in every order and number that makes three."""
    pieces = [*one, *two, ""]
    for first in pieces:
        for second in pieces:
            for third in pieces:
                yield f"{first}.{second}.{third}"


def _reworded(parts: list[str]) -> Iterator[str]:
    """Each field of the header and the payload replaced, doubled or left out; the signature stays."""
    for number in (0, 1):
        fields: dict[str, Any] = json.loads(base64.urlsafe_b64decode(parts[number] + "=="))
        changed = [{**fields, name: value} for name in fields for value in (*VALUES, [fields[name]])]
        changed += [{**fields, name: value + 1} for name, value in fields.items() if isinstance(value, int)]
        changed += [{name: fields[name] for name in fields if name != gone} for gone in fields]
        changed += [{**fields, "admin": True}, dict(reversed(fields.items()))]
        for reworded in changed:
            yield ".".join([*parts[:number], part(reworded), *parts[number + 1 :]])
