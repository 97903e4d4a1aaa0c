"""What the console knows by heart: the schedules with their periods, and what to do about each kind of incident."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from common import incidents
from common.alerts import Alert
from devkit.pages import CONSOLE
from devkit.process import ROOT
from entrypoints import domains
from tests.support.pages import OPERATIONS, OPERATIONS_JA, text

KINDS = sorted(map(incidents.kind_of, incidents.ALERTS))
PERIODS = {"every 1 minutes": 60, "every 5 minutes": 300, "every day 04:00": 86400}


def rows(file: str, row: str) -> dict[str, str]:
    """The rows of a table that a file of the console holds."""
    return dict(re.findall(row, text(CONSOLE.folder / file), re.MULTILINE))


def test_the_console_knows_every_schedule_and_how_often_it_runs() -> None:
    known = rows("schedules.js", r"^  (\w+): (\d+),$")
    when = {
        name: getattr(import_module(module), name).__kippu_schedule__.when
        for name, module in domains.schedules().items()
    }
    assert {name: int(seconds) for name, seconds in known.items()} == {
        name: PERIODS[schedule] for name, schedule in when.items()
    }


def test_every_kind_of_incident_that_the_functions_open_is_in_the_list() -> None:
    opened = {
        name
        for file in (ROOT / "functions").rglob("*.py")
        for call in re.findall(r"incidents\.(?:opened|reported)\([^)]*", file.read_text("utf-8"))
        for name in re.findall(r"Alert\.(\w+)", call)
    }
    assert {Alert[name] for name in opened} <= incidents.ALERTS
    assert opened


@pytest.mark.parametrize("kind", KINDS)
def test_an_incident_has_a_title_a_next_step_and_a_runbook(kind: str) -> None:
    assert f'"incident.{kind}": [' in text(CONSOLE.folder / "texts.js")
    assert f'"next.{kind}": [' in text(CONSOLE.folder / "incident.texts.js")
    japanese, english = rows("runbooks.js", r'^  (\w+): \["(.+)"\],$')[kind].split('", "')
    assert f"\n### {english}\n" in text(OPERATIONS)
    assert f"\n### {japanese}\n" in text(OPERATIONS_JA)
