"""The Dart parser: trees of code, without a Dart VM."""

from collections.abc import Iterator

import tree_sitter_dart_orchard
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_dart_orchard.language()))


def tree(code: str) -> Node:
    """The root of the code's tree; what cannot be parsed is in it as a node with an error."""
    return _PARSER.parse(code.encode()).root_node


def nodes(node: Node) -> Iterator[Node]:
    """The node, and all below it."""
    yield node
    for child in node.children:
        yield from nodes(child)


def text(node: Node) -> str:
    """The node's code."""
    return (node.text or b"").decode()
