"""docs/faults.md and docs/rules.md name only code and tests that exist, and leave out no fault and no rule."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAULTS, RULES = ((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("faults.md", "rules.md"))
PAGES = pytest.mark.parametrize("page", [FAULTS, RULES], ids=["faults", "rules"])

TEST = re.compile(r"`(tests/[\w/]+\.py)::([^`]+)`")
CODE = re.compile(r"`(functions/[\w/]+\.py)::([\w.]+)`")
FAULT = re.compile(r"(?m)^(?=\d+\. \*\*)")
ROW = re.compile(r"(?m)^\| (\d+)([a-z]?) \|(.+)\|(.+)\|(.+)\|$")
SECTIONS = {"Money": 11, "Documents": 7, "QR codes": 9, "Points": 6}
"""The sections of docs/rules.md and how many rules each has."""


def rows(section: str) -> list[tuple[str, str, str, str, str]]:
    """The rows of one section: number, letter, rule, code, tests."""
    (text,) = re.findall(rf"(?ms)^## {section}$(.+?)(?=^## |\Z)", RULES)
    return ROW.findall(text)


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """Every test of the files that are named, as pytest names it, with its parameters and without."""
    files = sorted({file for file, _ in TEST.findall(FAULTS + RULES)})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert listed.returncode == 0, listed.stdout[-2000:] + listed.stderr[-2000:]
    ids = [line for line in listed.stdout.splitlines() if "::" in line]
    # A test of a class is named without it: its name is good enough to be found.
    short = {re.sub(r"\.py::\w+::", ".py::", id_) for id_ in ids}
    return short | {id_.partition("[")[0] for id_ in short}


def names(file: Path) -> Iterator[str]:
    """The functions, classes, methods and constants that a module defines."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name, body=body):
                yield name
                yield from (f"{name}.{method.name}" for method in body if isinstance(method, ast.FunctionDef))
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


@PAGES
def test_every_named_test_exists(page: str, collected: set[str]) -> None:
    assert [f"{file}::{test}" for file, test in TEST.findall(page) if f"{file}::{test}" not in collected] == []


@PAGES
def test_every_named_piece_of_code_exists(page: str) -> None:
    missing = [
        f"{file}::{name}"
        for file, name in CODE.findall(page)
        if not (ROOT / file).is_file() or name not in names(ROOT / file)
    ]
    assert missing == []


@PAGES
def test_every_named_file_exists(page: str) -> None:
    named = set(re.findall(r"`((?:tests|functions)/[\w/]+\.py)", page))
    assert [file for file in named if not (ROOT / file).is_file()] == []


def test_all_faults_are_there_in_order() -> None:
    assert [int(fault.partition(".")[0]) for fault in FAULT.split(FAULTS)[1:]] == list(range(1, 42))


def test_every_fault_names_a_test() -> None:
    assert [fault.splitlines()[0] for fault in FAULT.split(FAULTS)[1:] if not TEST.search(fault)] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_all_rules_are_there_in_order(section: str) -> None:
    numbers = [int(number) for number, letter, *_ in rows(section) if letter in ("", "a")]
    assert numbers == list(range(1, SECTIONS[section] + 1))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_rule_names_its_code_and_a_test(section: str) -> None:
    without = [rule for _, _, rule, code, tests in rows(section) if not (CODE.search(code) and TEST.search(tests))]
    assert without == []


def test_every_line_of_a_table_is_a_rule() -> None:
    """A row whose form is not understood would not be checked."""
    lines = [line for line in RULES.splitlines() if line.startswith("|") and not line.startswith(("| # |", "|---"))]
    assert [line for line in lines if not ROW.fullmatch(line)] == []
