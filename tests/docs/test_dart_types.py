"""The Dart classes of flutterflow/lib/data have every field of the schemas, and read whatever an answer may be."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

import main as deployed
from common.callable import Endpoint
from common.errors import CallReason, all_reasons
from devkit.docs.dart_reasons import OF_ACTIONS, reason_member
from devkit.docs.dart_types import answer_class, called_by_apps, request_class
from devkit.docs.schema import NULL
from devkit.process import ROOT
from tests.support.dart_data import BODIES, CLASSES, FILES, REQUIRED, made, read, written
from tests.support.pages import text

ENDPOINTS = [found for name in deployed.MODULES if (found := getattr(getattr(deployed, name), "__kippu__", None))]
APPS = [endpoint for endpoint in ENDPOINTS if called_by_apps(endpoint)]
TIME = "2027-01-02T03:04:05.678Z"
TYPES = {"string": "String", "integer": "int", "boolean": "bool"}
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
REASONS = {reason.name for endpoint in APPS for reason in endpoint.reasons}


def schema(endpoint: Endpoint, part: str) -> Any:
    return json.loads(text(ROOT / "docs" / "schemas" / f"{endpoint.name}.json"))["$defs"][part]


def answer_of(endpoint: Endpoint) -> str:
    return answer_class(endpoint, APPS)


def given(spec: Any) -> tuple[Any, bool]:
    """What a field is if it is something, and whether it may be null."""
    options = [option for option in spec.get("anyOf", [spec]) if option != NULL and option.get("const") != ""]
    assert len(options) == 1, spec
    return options[0], NULL in spec.get("anyOf", ())


def assert_has_fields(name: str, spec: Any, *, request: bool) -> None:
    """A class has the fields of an object's schema, each with its type, and so on inside."""
    wanted = {to_camel(field) for field in spec["properties"]}
    assert CLASSES[name].keys() == wanted, name
    for field, about in spec["properties"].items():
        kind = CLASSES[name][to_camel(field)]
        inner, null = given(about)
        may_be_absent = request and field not in spec.get("required", ())
        assert (to_camel(field) in REQUIRED[name]) is not may_be_absent, f"{name}.{field}"
        if kind.startswith("DateTime"):
            assert inner["type"] == "string", f"{name}.{field}"
            assert kind.endswith("?") or request, f"{name}.{field}"
        else:
            expected = dart_type(inner, request=request)
            assert kind == expected + "?" * ((null or may_be_absent) and expected != "dynamic"), f"{name}.{field}"


def dart_type(spec: Any, *, request: bool) -> str:
    if spec["type"] == "array":
        return f"List<{dart_type(spec['items'], request=request)}>"
    if "properties" in spec:
        assert_has_fields(spec["title"], spec, request=request)
        return str(spec["title"])
    return TYPES.get(spec["type"], "dynamic")


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


@pytest.mark.parametrize("endpoint", APPS, ids=lambda endpoint: endpoint.name)
def test_every_field_of_a_callable_has_its_type(endpoint: Endpoint) -> None:
    assert_has_fields(request_class(endpoint), schema(endpoint, "request"), request=True)
    assert_has_fields(answer_of(endpoint), schema(endpoint, "response"), request=False)


def test_only_what_administrators_alone_call_has_no_classes() -> None:
    left_out = [endpoint for endpoint in ENDPOINTS if not called_by_apps(endpoint)]
    assert [each.name for each in left_out if CallReason.PERMISSION_DENIED not in each.reasons] == []
    assert {f"{each.name[0].upper()}{each.name[1:]}Request" for each in left_out} & CLASSES.keys() == set()


def test_no_two_classes_have_one_name_and_no_file_needs_another() -> None:
    assert [name for name, count in Counter(name for name, _ in BODIES).items() if count > 1] == []
    for file in FILES:
        own = set(re.findall(r"^(?:class|enum) (\w+)", text(file), flags=re.M))
        used = {name for name in CLASSES if re.search(rf"\b{name}\b", re.sub(r"//.*", "", text(file)))}
        assert used <= own, file.name
        assert "import" not in re.sub(r"//.*", "", text(file)), file.name


def test_the_code_is_of_classes_and_enums_without_what_a_code_file_does_not_take() -> None:
    for file in FILES:
        code = re.sub(r"//.*", "", text(file))
        assert set(re.findall(r"^(\w+)", code, flags=re.M)) <= {"class", "enum"}, file.name
        assert re.findall(r"class \w+<|Function\b|extension|typedef|factory", code) == [], file.name


def test_every_reason_that_an_app_gets_is_in_the_enum() -> None:
    members = re.findall(r"^  (\w+),$", text(next(file for file in FILES if file.stem == "reasons")), flags=re.M)
    assert set(members) == {reason_member(name) for name in (*REASONS, *OF_ACTIONS)} | {"unknown"}
    assert len({member.lower() for member in members}) == len(members)


def test_every_reason_of_the_actions_is_in_the_enum() -> None:
    found = {
        name
        for file in (ROOT / "flutterflow" / "lib").rglob("*.dart")
        for name in re.findall(r"'reason': '([A-Z_]+)'", text(file))
    }
    assert found
    assert found - REASONS - OF_ACTIONS.keys() == set()


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
