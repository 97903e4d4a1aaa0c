"""Each folder of tests stands alone: it imports its own files and those of tests/support, never another's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FILES = sorted(file for file in TESTS.glob("*/**/*.py"))


def imported_suites(source: str) -> Iterator[str]:
    """The folders below tests/ that a module imports from by their full name."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module="tests", names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), level=0) if module.startswith("tests."):
                yield module.split(".")[1]
            case ast.ImportFrom(level=level) if level > 1:
                yield "."
            case ast.Import(names=names):
                yield from (name.name.split(".")[1] for name in names if name.name.startswith("tests."))


@pytest.mark.parametrize("suite", sorted({file.relative_to(TESTS).parts[0] for file in FILES}))
def test_a_folder_imports_no_file_of_another(suite: str) -> None:
    files = [file for file in FILES if file.relative_to(TESTS).parts[0] == suite]
    strangers = {
        file.name: sorted(found)
        for file in files
        if (found := set(imported_suites(file.read_text(encoding="utf-8"))) - {suite, "support"})
    }
    assert strangers == {}


@pytest.mark.parametrize(
    "line",
    ["from tests.http.client import X", "from tests import http", "import tests.http.client", "from ..http import X"],
)
def test_control_every_way_to_import_another_folder_is_seen(line: str) -> None:
    assert set(imported_suites(line)) & {"http", "."}
