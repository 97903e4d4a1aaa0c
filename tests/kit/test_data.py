"""The Dart classes of flutterflow/lib/data read whatever an answer may be, and send what a request says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from common.errors import all_reasons
from devkit.docs.dart_reasons import OF_ACTIONS, reason_member
from devkit.docs.dart_types import request_class
from tests.support.dart_data import APPS, CLASSES, REASONS, answer_of, given, made, read, schema, written

pytestmark = pytest.mark.usefixtures("dart")

TIME = "2027-01-02T03:04:05.678Z"
NEUTRAL = {"String": "", "int": 0, "bool": False, "dynamic": {}}
NOTHING: list[Any] = [None, "", [], 5, {}]
STRANGE: list[Any] = [
    1e300,
    -0.5,
    "NaN",
    "Infinity",
    "text",
    True,
    [],
    [None],
    {},
    {"one": None},
    [[{}]],
    {"one": [{}]},
]


def example(spec: Any, kind: str) -> Any:
    """What an answer may have in a field, with its whole numbers as a browser's numbers come, and fields of later."""
    inner, _ = given(spec)
    kind = kind.removesuffix("?")
    if "properties" in inner:
        fields = {field: example(about, CLASSES[kind][to_camel(field)]) for field, about in inner["properties"].items()}
        return {**fields, "field_of_a_later_version": {"amount": 5000.0}}
    if inner["type"] == "array":
        return [example(inner["items"], kind[5:-1])]
    if inner["type"] == "object":
        return {
            "one": example(inner["additionalProperties"], inner["additionalProperties"].get("title", "List<String>"))
        }
    return {"string": TIME if kind == "DateTime" else "text", "integer": 5000.0, "boolean": True}[inner["type"]]


def as_read(value: Any) -> Any:
    """The example as it stands in a class: whole numbers whole, what is not known left out, names as Dart's are."""
    if isinstance(value, dict):
        return {to_camel(name): as_read(one) for name, one in value.items() if name != "field_of_a_later_version"}
    if isinstance(value, list):
        return [as_read(one) for one in value]
    return int(value) if isinstance(value, float) else value


def neutral(name: str) -> dict[str, Any]:
    """What a class holds when an answer says nothing."""
    return {field: _neutral(kind) for field, kind in CLASSES[name].items()}


def _neutral(kind: str) -> Any:
    if kind.endswith("?"):
        return None
    if kind.startswith("List<"):
        return []
    return NEUTRAL[kind] if kind in NEUTRAL else neutral(kind)


def test_answers_are_read_with_whole_numbers_as_doubles_and_fields_that_are_not_known(tmp_path: Path) -> None:
    examples = [(answer_of(each), example(schema(each, "response"), answer_of(each))) for each in APPS]
    assert read(examples, tmp_path) == [as_read(sent) for _, sent in examples]


def test_an_answer_that_says_nothing_or_something_else_is_read_too(tmp_path: Path) -> None:
    fields = [(answer_of(each), list(schema(each, "response")["properties"])) for each in APPS]
    empty = [(name, nothing) for name, _ in fields for nothing in NOTHING]
    empty += [(name, dict.fromkeys(known, nothing)) for name, known in fields for nothing in NOTHING[:2]]
    strange = [(name, dict.fromkeys(known, value)) for name, known in fields for value in STRANGE]
    found = read([*empty, *strange], tmp_path)
    assert found[: len(empty)] == [neutral(name) for name, _ in empty]
    assert len(found) == len(empty) + len(strange)


def test_a_request_says_what_is_given_and_nothing_else(tmp_path: Path) -> None:
    names = [request_class(each) for each in APPS]
    found = written([made(name, optional) for optional in (None, "null", "''") for name in names], tmp_path)
    whole, without, with_empty_texts = found[: len(APPS)], found[len(APPS) : 2 * len(APPS)], found[2 * len(APPS) :]
    for each, sent, least in zip(APPS, whole, without, strict=True):
        assert_says_everything(sent, schema(each, "request"))
        assert least.keys() == set(schema(each, "request").get("required", ())), each.name
    assert with_empty_texts == without


def assert_says_everything(sent: Any, spec: Any) -> None:
    inner, _ = given(spec)
    if "properties" in inner:
        assert sent.keys() == inner["properties"].keys()
        for field, about in inner["properties"].items():
            assert_says_everything(sent[field], about)
    elif inner["type"] == "array":
        assert_says_everything(sent[0], inner["items"])
    elif inner.get("format") == "date-time":
        assert sent == "2027-01-01T00:00:00.000Z"
    else:
        assert type(sent) is {"string": str, "integer": int, "boolean": bool, "object": dict}[inner["type"]]


def test_a_failure_is_read_with_its_reason_and_one_that_is_not_known_as_unknown(tmp_path: Path) -> None:
    names = [*sorted({reason.name for reason in all_reasons()} | OF_ACTIONS.keys()), "OF_A_LATER_VERSION"]
    failures = [{"ok": False, "error": {"status": "ABORTED", "reason": name, "message": "だめ"}} for name in names]
    thrown = {"status": "ABORTED", "message": "だめ", "details": {"reason": "SOLD_OUT", "left": 0}}
    found = read([("KippuError", failure) for failure in (*failures, thrown, None, {"error": "text"})], tmp_path)
    known = {*REASONS, *OF_ACTIONS}
    assert [each["reason"] for each in found[: len(names)]] == [
        reason_member(name) if name in known else "unknown" for name in names
    ]
    assert found[len(names)] == {**thrown, "reason": "soldOut"}
    assert found[-1] == {"status": "", "reason": "unknown", "message": "", "details": {}}
