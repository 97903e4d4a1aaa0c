"""The pages for operators know what the functions log, what runs, and what `make doctor` looks at."""

from __future__ import annotations

import ast
import re
from itertools import zip_longest
from pathlib import Path

import pytest

import main as deployed
from common.params import MIN_INSTANCES
from devkit.doctor.table import CHECKS
from devkit.process import ROOT
from entrypoints import domains, kinds
from tests.support.pages import OPERATIONS, OPERATIONS_JA, codes, generated, sources, strings, text, without_code

in_both_languages = pytest.mark.parametrize("page", [OPERATIONS, OPERATIONS_JA], ids=lambda page: str(page.name))


def warned() -> set[str]:
    """The message of every warning that the functions log."""
    return {
        message
        for tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) == ("log", "warning")
        and node.args
        for message in strings(node.args[0])
    }


def first_cells(page: Path) -> list[list[str]]:
    """What stands as code in the first cell of every row of every table."""
    return [codes(line.split("|")[1]) for line in text(page).splitlines() if line.startswith("| ")]


@in_both_languages
def test_operations_knows_every_warning_and_no_other(page: Path) -> None:
    assert sorted(codes(row[0])[0] for row in generated(page, "warnings")) == sorted(warned())


@in_both_languages
def test_operations_knows_every_schedule(page: Path) -> None:
    assert {name for row in first_cells(page) for name in row} >= set(domains.schedules())


@in_both_languages
def test_operations_knows_every_stage_of_the_reconciliation(page: Path) -> None:
    """A name that begins with `_` goes on from the one before it."""
    named = set()
    for row in first_cells(page):
        domain = ""
        for name in row:
            domain = domain if name.startswith("_") else name.partition("_")[0]
            named.add(domain + name if name.startswith("_") else name)
    listed = {f"listed_{kind.listing.name}" for kind in kinds.of_stripe()}
    walked = {f"{kind.domain}_{kind.walk.name}" for kind in kinds.walked()}
    assert (listed | walked | {"differences", "events_recorded"}) - named == set()


@in_both_languages
def test_operations_knows_every_line_of_the_doctor(page: Path) -> None:
    assert {check.name for check in CHECKS} - {name for row in first_cells(page) for name in row} == set()


@in_both_languages
def test_operations_names_the_functions_that_are_kept_warm(page: Path) -> None:
    (row,) = (line for line in text(page).splitlines() if line.startswith("| `MIN_INSTANCES` |"))
    endpoints = {name: getattr(deployed, name).__firebase_endpoint__ for name in deployed.MODULES}
    warm = {name for name, endpoint in endpoints.items() if str(endpoint.minInstances) == str(MIN_INSTANCES)}
    assert warm
    assert set(codes(row)) - {"MIN_INSTANCES"} == warm


@pytest.mark.parametrize("name", ["operations", "console"])
def test_both_languages_name_the_same_things_in_every_section(name: str) -> None:
    english, japanese = (
        re.split(r"^#+ .*$", without_code(ROOT / "docs" / f"{name}{language}.md"), flags=re.M)
        for language in ("", ".ja")
    )
    for one, other in zip_longest(english, japanese, fillvalue=""):
        assert set(codes(one)) == set(codes(other))
