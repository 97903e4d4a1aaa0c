"""docs/faults.md names only tests that exist, and leaves out no scenario."""

from __future__ import annotations

import re
from pathlib import Path

from .scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)(?:\[([^\]]+)\])?`")
NUMBERED = re.compile(r"^(\d+)\. \*\*", re.MULTILINE)
KILLS = "test_kill_matrix"


def test_all_scenarios_are_there_in_order() -> None:
    assert [int(number) for number in NUMBERED.findall(PAGE)] == list(range(1, 42))


def test_every_scenario_names_a_test() -> None:
    without = [item.splitlines()[0] for item in re.split(r"(?m)^(?=\d+\. \*\*)", PAGE)[1:] if not NAMED.search(item)]
    assert without == []


def test_every_named_test_exists() -> None:
    missing = [
        f"{file}::{test}"
        for file, test, _ in NAMED.findall(PAGE)
        if not re.search(rf"^\s*def {test}\(", _source(file), re.MULTILINE)
    ]
    assert missing == []


def test_every_named_kill_exists() -> None:
    named = {case for _, test, case in NAMED.findall(PAGE) if test == KILLS}
    assert named
    assert named <= {str(scenario) for scenario in SCENARIOS}


def test_every_named_file_exists() -> None:
    assert [file for file in set(re.findall(r"tests/[\w/]+\.py", PAGE)) if not (ROOT / file).is_file()] == []


def _source(file: str) -> str:
    path = ROOT / file
    return path.read_text(encoding="utf-8") if path.is_file() else ""
