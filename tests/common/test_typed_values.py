"""Integers that Flutter sends as typed values or as doubles."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.typed_values import plain

INT64 = "type.googleapis.com/google.protobuf.Int64Value"
UINT64 = "type.googleapis.com/google.protobuf.UInt64Value"


def typed(value: Any, kind: Any = INT64, **more: Any) -> dict[str, Any]:
    return {"@type": kind, "value": value, **more}


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("500", 500), ("-1", -1), ("9223372036854775807", 2**63 - 1), ("18446744073709551615", 2**64 - 1)],
)
@pytest.mark.parametrize("kind", [INT64, UINT64])
def test_a_typed_integer_is_an_integer(text: str, number: int, kind: str) -> None:
    assert plain(typed(text, kind)) == number


def test_a_typed_integer_is_found_at_any_depth() -> None:
    assert plain({"a": [typed("1"), {"b": typed("2")}], "c": "3"}) == {"a": [1, {"b": 2}], "c": "3"}


@pytest.mark.parametrize(
    "value",
    [
        typed("x"),
        typed(""),
        typed(" 5"),
        typed("5\n"),
        typed("٥"),
        typed("1" * 21),
        typed(5),
        typed(None),
        typed("5", "type.googleapis.com/google.protobuf.StringValue"),
        typed("5", more=1),
        {"value": "5"},
        "5",
        5,
        None,
        True,
    ],
)
def test_what_only_looks_like_a_typed_integer_stays(value: Any) -> None:
    assert plain(value) == value


def test_a_kind_that_is_no_text_stays() -> None:
    assert plain(typed("5", {"x": 1})) == typed("5", {"x": 1})


@pytest.mark.parametrize(
    ("text", "number"),
    [("5000.0", 5000), ("5e3", 5000), ("5000.000", 5000), ("-0.0", 0), ("-1.0", -1), ("9007199254740992.0", 2**53)],
)
def test_a_double_without_a_fraction_is_an_integer(text: str, number: int) -> None:
    for found in (plain(json.loads(text)), plain(json.loads(f'{{"a": [{text}]}}'))["a"][0]):
        assert (found, type(found)) == (number, int)


@pytest.mark.parametrize("text", ["5000.7", "1e400", "-1e400", "NaN", "1e308", "9007199254740994.0"])
def test_any_other_double_stays(text: str) -> None:
    assert type(plain(json.loads(text))) is float


@pytest.mark.parametrize("text", ["true", "false", '"5000"', '"5000.0"', "null"])
def test_nothing_else_becomes_a_number(text: str) -> None:
    assert repr(plain(json.loads(text))) == repr(json.loads(text))
