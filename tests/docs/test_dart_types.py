"""The Dart classes of flutterflow/lib/data have every field of the schemas. tests/kit/test_data.py runs them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from common.callable import Endpoint
from common.errors import CallReason
from devkit.docs.dart_reasons import OF_ACTIONS, reason_member
from devkit.docs.dart_types import called_by_apps, request_class
from devkit.process import ROOT
from tests.support.dart_data import APPS, BODIES, CLASSES, ENDPOINTS, FILES, REASONS, REQUIRED, answer_of, given, schema
from tests.support.pages import text

TYPES = {"string": "String", "integer": "int", "boolean": "bool"}


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
