"""The Dart classes of flutterflow/lib/data, and a Dart program that reads answers and writes requests with them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import main as deployed
from common.callable import Endpoint
from devkit.docs.dart_types import FOLDER, answer_class, called_by_apps
from devkit.docs.schema import NULL
from devkit.kit import compiler, layout
from devkit.process import ROOT

ENDPOINTS = [found for name in deployed.MODULES if (found := getattr(getattr(deployed, name), "__kippu__", None))]
APPS = [endpoint for endpoint in ENDPOINTS if called_by_apps(endpoint)]
"""The callables that apps use."""
REASONS = {reason.name for endpoint in APPS for reason in endpoint.reasons}
FILES = sorted((ROOT / FOLDER).glob("*.dart"))
BODIES = [
    found
    for file in FILES
    for found in re.findall(r"^class (\w+) \{$(.*?)^\}$", file.read_text(encoding="utf-8"), flags=re.M | re.S)
]
"""Every class: its name, and what stands in it."""
CLASSES = {
    name: {field: kind for kind, field in re.findall(r"^  final (\S+) (\w+);$", body, flags=re.M)}
    for name, body in BODIES
}
"""The fields of every class, and their types."""
REQUIRED = {name: set(re.findall(r"^    required this\.(\w+),$", body, flags=re.M)) for name, body in BODIES}
_READ = [name for name, body in BODIES if " fromJson(" in body]
_VALUES = {"String": "'text'", "int": "5000", "bool": "true", "DateTime": "DateTime.utc(2027)"}
_PROGRAM = """\
import 'dart:convert';
import 'dart:io';
%(imports)s

dynamic shown(dynamic it) {
  if (it is DateTime) return it.toIso8601String();
  if (it is Reason) return it.name;
  if (it is List) return [for (final one in it) shown(one)];
  if (it is Map) return {for (final one in it.entries) one.key: shown(one.value)};
%(shows)s
  return it;
}

dynamic read(String name, dynamic json) {
  switch (name) {
%(reads)s
  }
  throw name;
}

void main() {
  for (final line in jsonDecode(stdin.readLineSync(encoding: utf8)!)) {
    print(jsonEncode(shown(read(line[0], line[1]))));
  }
%(writes)s
}
"""


def schema(endpoint: Endpoint, part: str) -> Any:
    """The schema of its `request` or `response`, as published."""
    file = ROOT / "docs" / "schemas" / f"{endpoint.name}.json"
    return json.loads(file.read_text(encoding="utf-8"))["$defs"][part]


def answer_of(endpoint: Endpoint) -> str:
    """The class of its answer."""
    return answer_class(endpoint, APPS)


def given(spec: Any) -> tuple[Any, bool]:
    """What a field is if it is something, and whether it may be null."""
    options = [option for option in spec.get("anyOf", [spec]) if option != NULL and option.get("const") != ""]
    assert len(options) == 1, spec
    return options[0], NULL in spec.get("anyOf", ())


def read(answers: list[tuple[str, Any]], folder: Path) -> list[Any]:
    """What stands in the classes that answers are read into, each given with the name of its class."""
    return _run(folder, answers, [])


def written(requests: list[str], folder: Path) -> list[Any]:
    """What is sent for requests, each given as the Dart code that makes it."""
    return _run(folder, [], requests)


def made(name: str, optional: str | None = None) -> str:
    """The code that makes a request with all its fields, or with `optional` for texts that may be absent, and null."""
    values = {field: _value(kind) for field, kind in CLASSES[name].items()}
    if optional is not None:
        for field in CLASSES[name].keys() - REQUIRED[name]:
            values[field] = optional if CLASSES[name][field] == "String?" else "null"
    return f"{name}({', '.join(f'{field}: {value}' for field, value in values.items())})"


def _value(kind: str) -> str:
    kind = kind.removesuffix("?")
    if kind == "dynamic":
        return "{'one': 'two'}"
    if kind.startswith("List<"):
        return f"[{_value(kind[5:-1])}]"
    return _VALUES[kind] if kind in _VALUES else made(kind)


def _shown_fields(name: str) -> str:
    return ", ".join(f"'{field}': shown(it.{field})" for field in CLASSES[name])


def _run(folder: Path, answers: list[tuple[str, Any]], requests: list[str]) -> list[Any]:
    parts = {
        "imports": "\n".join(f"import 'package:kippu_flutter/data/{file.name}';" for file in FILES),
        "shows": "\n".join(f"  if (it is {name}) return {{{_shown_fields(name)}}};" for name in _READ),
        "reads": "\n".join(f"    case '{name}':\n      return {name}.fromJson(json);" for name in _READ),
        "writes": "\n".join(f"  print(jsonEncode({request}.toJson()));" for request in requests),
    }
    program = folder / "program.dart"
    program.write_text(_PROGRAM % parts, encoding="utf-8")
    run = compiler.run(program, layout.package(folder), stdin=json.dumps(answers) + "\n")
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]
