"""Base models of requests and answers, and the types that their fields share."""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)
from pydantic.alias_generators import to_camel

from common import ids

_DATE_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:")


def utc_text(value: datetime) -> str:
    """A time on the wire: ISO 8601 in UTC with a ``Z``, which Dart's ``DateTime.parse`` reads."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Timestamp = Annotated[
    datetime,
    PlainSerializer(utc_text, return_type=str),
    Field(description="ISO 8601, UTC"),
]


def _iso_8601(value: Any) -> Any:
    if not isinstance(value, str) or not _DATE_AND_TIME.match(value):
        raise ValueError("not ISO 8601 with a time zone")
    return value


IsoTime = Annotated[AwareDatetime, BeforeValidator(_iso_8601), Field(strict=False)]
"""A time a client may send. Anything else that could be read as one, such as a number in a text, is refused."""


def _usable_as_document_id(value: str) -> str:
    if ids.reserved(value):
        raise ValueError("reserved id")
    return value


DocumentId = Annotated[
    str,
    Field(min_length=1, max_length=ids.LONGEST, pattern=ids.ANY_PATTERN),
    AfterValidator(_usable_as_document_id),
]
"""An id a client may send."""


def _usable_uid(value: str) -> str:
    if not ids.usable_uid(value):
        raise ValueError("not a uid")
    return value


Uid = Annotated[str, Field(pattern=ids.ANY_PATTERN, min_length=1, max_length=128), AfterValidator(_usable_uid)]
"""The uid of a person that an administrator names."""


_SENT = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=to_camel, validate_by_name=True)


class RequestModel(BaseModel):
    """Base of every request: unknown fields are refused, and both spellings of a field are accepted.

    ``null`` and ``""`` are no values but stand for a field that is not given, because FlutterFlow turns the one into
    the other: an optional field has its default then, a required one is missing. In a map that the app has us keep,
    ``""`` is kept, and an entry with ``null`` is not given.
    """

    model_config = _SENT

    inline_errors: bool = Field(False, description="Answer a failure as an ordinary result with ok: false.")

    @model_validator(mode="before")
    @classmethod
    def _only_what_is_given(cls, data: Any) -> Any:
        return _given_fields(cls, {} if data is None else data)


class Part(BaseModel):
    """Base of what lists and maps in requests are made of, with the same rules."""

    model_config = _SENT

    @model_validator(mode="before")
    @classmethod
    def _only_what_is_given(cls, data: Any) -> Any:
        return _given_fields(cls, data)


Note = Annotated[
    str,
    Field(min_length=1, max_length=500, pattern=r"\S", description="Why, in the administrator's words, for the audit."),
]


class AdministeredRequest(RequestModel):
    """Base of what administrators ask for beside others; they may say why."""

    note: Note | None = None


class NotedRequest(RequestModel):
    """Base of what only administrators ask for, who say why."""

    note: Note


def _given_fields(model: type[BaseModel], data: Any) -> Any:
    """What is given of what was sent. What is no field of the model stays, to be refused."""
    if not isinstance(data, dict):
        return data
    known = _spellings(model)
    return {
        name: _given_entries(value)
        for name, value in data.items()
        if name not in known or not (value is None or value == "")
    }


@functools.cache
def _spellings(model: type[BaseModel]) -> frozenset[str | None]:
    """Every name that a field of the model may be sent under."""
    return frozenset(spelling for name, field in model.model_fields.items() for spelling in (name, field.alias))


def _given_entries(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: entry for name, entry in value.items() if entry is not None}


class ResponseModel(BaseModel):
    """Base of every successful answer."""

    ok: Literal[True] = True


CAMEL_CASE = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)
"""For answers, and parts of them, whose screens read ``availablePoints`` rather than ``available_points``."""
