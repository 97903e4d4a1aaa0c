"""What FlutterFlow has to be told of each item of the Dart package, from its source: name, arguments, return type."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import tree_sitter_dart_orchard
from tree_sitter import Language, Node, Parser

from devkit.errors import DevkitError
from devkit.process import ROOT

LIBRARY = ROOT / "flutterflow" / "lib"
Kind = Literal["actions", "widgets", "functions"]
KINDS: tuple[Kind, ...] = ("actions", "widgets", "functions")

# FlutterFlow writes these above every action and widget by itself. Above a function it writes all that one may use.
_ITS_OWN_IMPORTS = ("import 'package:kippu_flutter/actions/index.dart';", "import 'package:flutter/material.dart';")
_TYPES = {
    "String": "String",
    "int": "Integer",
    "double": "Double",
    "bool": "Boolean",
    "dynamic": "JSON",
    "DocumentReference": "Document Reference",
}
# FlutterFlow gives every custom widget these two.
_SIZES = ("key", "width", "height")


@dataclass(frozen=True)
class Argument:
    """One argument: `type` is FlutterFlow's name of it, `given` what a callback is given."""

    name: str
    type: str
    nullable: bool
    given: str = ""


@dataclass(frozen=True)
class Item:
    """A custom action, widget or function. `returns` is FlutterFlow's name of the type, empty for none."""

    name: str
    kind: Kind
    file: Path
    arguments: tuple[Argument, ...]
    returns: str

    @property
    def snippet(self) -> str:
        """The file as it is pasted into FlutterFlow."""
        lines = self.file.read_text(encoding="utf-8").splitlines()
        return "\n".join(line for line in lines if not self._is_written_by_flutterflow(line)).strip() + "\n"

    def _is_written_by_flutterflow(self, line: str) -> bool:
        return line.startswith("import ") if self.kind == "functions" else line in _ITS_OWN_IMPORTS


@cache
def items(library: Path = LIBRARY) -> dict[str, Item]:
    """Every item of the package by its name."""
    found = [_item(kind, file) for kind in KINDS for file in sorted((library / kind).glob("*.dart"))]
    return {item.name: item for item in found if item}


@cache
def parser() -> Parser:
    """Reads Dart without a Dart SDK."""
    return Parser(Language(tree_sitter_dart_orchard.language()))


def _item(kind: Kind, file: Path) -> Item | None:
    if file.stem == "index":
        return None
    name = _public_name(kind, file)
    for node in parser().parse(file.read_bytes()).root_node.children:
        if kind == "widgets" and node.type == "class_definition" and _name(node) == name:
            return Item(name, kind, file, tuple(_widget_arguments(node)), "")
        if kind != "widgets" and node.type == "function_declaration" and _name(node.children[0]) == name:
            signature = node.children[0]
            arguments = tuple(_argument(each) for each in _below(signature, "formal_parameter"))
            return Item(name, kind, file, arguments, _returns(signature))
    raise DevkitError(f"{file} has no {name}")


def _public_name(kind: Kind, file: Path) -> str:
    first, *others = file.stem.split("_")
    return (first.title() if kind == "widgets" else first) + "".join(map(_capital, others))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _argument(node: Node) -> Argument:
    """A parameter of a function, or a field of a widget: a type, maybe a question mark, a name."""
    (*_, last) = [each for each in _below(node, "identifier") if each.parent and each.parent.type != "typed_identifier"]
    nullable = any(each.type == "nullable_type" for each in node.children)
    name = _text(last)
    function = next((each for each in node.children if each.type == "function_type"), None)
    if function:
        given = ", ".join(f"{_text(each)}" for each in _below(function, "typed_identifier"))
        return Argument(name, "Action", nullable, given)
    return Argument(name, _flutterflow_type(node), nullable)


def _widget_arguments(widget: Node) -> Iterator[Argument]:
    for field in _below(widget, "declaration"):
        if any(each.type == "final_builtin" for each in field.children):
            argument = _argument(field)
            if argument.name not in _SIZES:
                yield argument


def _returns(signature: Node) -> str:
    inner = next((each for each in signature.children if each.type == "type_arguments"), None)
    if inner is None:
        return "" if _below_text(signature, "type_identifier") == "Future" else _flutterflow_type(signature)
    return "" if _text(inner) == "<void>" else _TYPES[_text(inner).strip("<>")]


def _flutterflow_type(node: Node) -> str:
    written = _below_text(node, "type_identifier")
    if written not in _TYPES:
        raise DevkitError(f"FlutterFlow's name of the Dart type {written} is missing in {__name__}")
    return _TYPES[written]


def _below_text(node: Node, kind: str) -> str:
    return next((_text(each) for each in node.children if each.type == kind), "")


def _below(node: Node, kind: str) -> Iterator[Node]:
    for each in node.children:
        if each.type == kind:
            yield each
        else:
            yield from _below(each, kind)


def _name(node: Node) -> str:
    return _below_text(node, "identifier")


def _text(node: Node) -> str:
    return (node.text or b"").decode()
