"""Every Dart file, and every piece of Dart code on a page, can be parsed; this needs no Dart VM."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from devkit.kit import syntax
from devkit.process import ROOT
from tests.support.pages import PAGES, text

FILES = sorted((ROOT / "flutterflow").rglob("*.dart"))


def broken(code: str) -> list[str]:
    """Where code cannot be parsed: line, column, and what stands there."""
    return [
        f"{node.start_point.row + 1}:{node.start_point.column + 1}: {syntax.text(node)[:60]}"
        for node in syntax.nodes(syntax.tree(code))
        if node.is_error or node.is_missing
    ]


@pytest.mark.parametrize("name", [str(file.relative_to(ROOT)) for file in FILES])
def test_a_file_can_be_parsed(name: str) -> None:
    assert broken(text(ROOT / name)) == []


@pytest.mark.parametrize("page", [page for page in PAGES if "```dart\n" in text(page)], ids=lambda page: page.name)
def test_the_code_on_a_page_can_be_parsed(page: Path) -> None:
    pieces = re.findall(r"^```dart\n(.*?)^```", text(page), flags=re.DOTALL | re.M)
    assert pieces
    assert [broken(piece) for piece in pieces if broken(piece)] == []


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("Future<dynamic> get(String id) => callKippu('getDevice', {'id': id};", id="a bracket is missing"),
        pytest.param("void all() {\n  first();\n", id="a body does not end"),
        pytest.param("void all() {}\n}\n", id="a bracket too many"),
        pytest.param("final a = 1\nfinal b = 2;", id="a semicolon is missing"),
        pytest.param("String name() => 'a;\n", id="a text does not end"),
        pytest.param("int of(int x) => switch (x) { 1 => };", id="a case without a value"),
    ],
)
def test_code_that_is_none_is_found(code: str) -> None:
    assert broken(code)
