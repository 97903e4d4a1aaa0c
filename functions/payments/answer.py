"""What Stripe answered, read as the SDK's own objects are.

The SDK makes an object of each part of an answer, which costs more processor time than to send the request; a handful
of fields are needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Answer:
    """An object of Stripe's with its fields as attributes. One that it lacks raises ``AttributeError``."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def __getattr__(self, name: str) -> Any:
        try:
            return _readable(self._fields[name])
        except KeyError:
            raise AttributeError(name) from None

    def to_dict(self) -> dict[str, Any]:
        """All fields, as Stripe sent them."""
        return dict(self._fields)


def _readable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Answer(value)
    return [_readable(item) for item in value] if isinstance(value, list) else value
