"""docs/faults.md and docs/rules.md name only code and tests that exist, and leave out no fault and no rule."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devkit.process import ROOT
from tests.support.pages import section, table, text

FAULTS, RULES = ROOT / "docs" / "faults.md", ROOT / "docs" / "rules.md"
PAGES = pytest.mark.parametrize("page", [FAULTS, RULES], ids=lambda page: str(page.name))
RULES_OF = {
    "Money": 11,
    "Documents": 7,
    "Licences and day passes": 8,
    "Events": 16,
    "The door": 8,
    "QR codes": 9,
    "Points": 9,
    "Administration": 12,
}
"""The sections of docs/rules.md and how many rules each has."""

TEST = re.compile(r"`(tests/[\w/]+\.py)::([^`]+)`")
CODE = re.compile(r"`(functions/[\w/]+\.py)::([\w.]+)`")
FAULT = re.compile(r"(?m)^(?=\d+\. \*\*)")


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """Every test of the files that are named, as pytest names it, with its parameters and without."""
    files = sorted({file for file, _ in TEST.findall(text(FAULTS) + text(RULES))})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert listed.returncode == 0, listed.stdout[-2000:] + listed.stderr[-2000:]
    ids = [line for line in listed.stdout.splitlines() if "::" in line]
    # A page leaves out the class that a test is in.
    without_class = {re.sub(r"\.py::\w+::", ".py::", id_) for id_ in ids}
    return without_class | {id_.partition("[")[0] for id_ in without_class}


def defined(file: Path) -> Iterator[str]:
    """The functions, classes, methods and constants of a module."""
    for node in ast.parse(text(file)).body:
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
def test_every_named_test_exists(page: Path, collected: set[str]) -> None:
    named = {f"{file}::{test}" for file, test in TEST.findall(text(page))}
    assert named - collected == set()


@PAGES
def test_every_named_piece_of_code_exists(page: Path) -> None:
    missing = [
        f"{file}::{name}"
        for file, name in CODE.findall(text(page))
        if not (ROOT / file).is_file() or name not in defined(ROOT / file)
    ]
    assert missing == []


@PAGES
def test_every_named_file_exists(page: Path) -> None:
    named = set(re.findall(r"`((?:tests|functions)/[\w/]+\.py)", text(page)))
    assert [file for file in named if not (ROOT / file).is_file()] == []


def test_all_faults_are_there_in_order() -> None:
    assert [int(fault.partition(".")[0]) for fault in FAULT.split(text(FAULTS))[1:]] == list(range(1, 42))


def test_every_fault_names_a_test() -> None:
    assert [fault.splitlines()[0] for fault in FAULT.split(text(FAULTS))[1:] if not TEST.search(fault)] == []


@pytest.mark.parametrize("title", RULES_OF)
def test_all_rules_are_there_in_order(title: str) -> None:
    """A rule that promises several things has a row for each, with a letter."""
    numbers = [number.removesuffix("a") for number, *_ in table(section(RULES, title), "#")]
    assert [number for number in numbers if number.isdecimal()] == [str(n + 1) for n in range(RULES_OF[title])]


@pytest.mark.parametrize("title", RULES_OF)
def test_every_rule_names_its_code_and_a_test(title: str) -> None:
    for number, rule, code, tests in table(section(RULES, title), "#"):
        assert rule.endswith("."), number
        assert CODE.fullmatch(code.split()[0]), number
        assert TEST.fullmatch(tests.split()[0]), number
