"""What FlutterFlow has to be told of each item of the Dart package, from its source: arguments and return type."""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from devkit.errors import DevkitError
from devkit.kit.items import Item
from devkit.kit.syntax import text, tree

_TYPES = {
    "String": "String",
    "int": "Integer",
    "double": "Double",
    "bool": "Boolean",
    "dynamic": "JSON",
    "DocumentReference": "Document Reference",
    "List<String>": "List of String",
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
class Signature:
    """What an item takes and returns: FlutterFlow's name of the type, empty for none."""

    arguments: tuple[Argument, ...]
    returns: str = ""


def signature(item: Item) -> Signature:
    """The signature of the item's one public name."""
    for node in tree(item.text).children:
        if node.type == "class_definition" and _name(node) == item.name:
            return Signature(tuple(_widget_arguments(node)))
        if node.type == "function_declaration" and _name(node.children[0]) == item.name:
            declared = node.children[0]
            arguments = tuple(_argument(each) for each in _below(declared, "formal_parameter"))
            return Signature(arguments, _returns(declared))
    raise DevkitError(f"{item.file} has no {item.name}")


def _argument(node: Node) -> Argument:
    """A parameter of a function, or a field of a widget: a type, maybe a question mark, a name."""
    (*_, last) = [each for each in _below(node, "identifier") if each.parent and each.parent.type != "typed_identifier"]
    nullable = any(each.type == "nullable_type" for each in node.children)
    name = text(last)
    function = next((each for each in node.children if each.type == "function_type"), None)
    if function:
        given = ", ".join(f"{text(each)}" for each in _below(function, "typed_identifier"))
        return Argument(name, "Action", nullable, given)
    return Argument(name, _flutterflow_type(node), nullable)


def _widget_arguments(widget: Node) -> Iterator[Argument]:
    for field in _below(widget, "declaration"):
        if any(each.type == "final_builtin" for each in field.children):
            argument = _argument(field)
            if argument.name not in _SIZES:
                yield argument


def _returns(declared: Node) -> str:
    inner = next((each for each in declared.children if each.type == "type_arguments"), None)
    if inner is None:
        return "" if _below_text(declared, "type_identifier") == "Future" else _flutterflow_type(declared)
    return "" if text(inner) == "<void>" else _TYPES[text(inner).strip("<>")]


def _flutterflow_type(node: Node) -> str:
    written = _below_text(node, "type_identifier") + _below_text(node, "type_arguments")
    if written not in _TYPES:
        raise DevkitError(f"FlutterFlow's name of the Dart type {written} is missing in {__name__}")
    return _TYPES[written]


def _below_text(node: Node, kind: str) -> str:
    return next((text(each) for each in node.children if each.type == kind), "")


def _below(node: Node, kind: str) -> Iterator[Node]:
    for each in node.children:
        if each.type == kind:
            yield each
        else:
            yield from _below(each, kind)


def _name(node: Node) -> str:
    return _below_text(node, "identifier")
