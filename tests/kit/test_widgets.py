"""The widgets of the package for apps: each test of flutterflow/test/widgets, run by a Dart VM, is a test here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from devkit.kit import compiler
from tests.support import kit_widgets

Results = dict[str, str | None]


@pytest.fixture(scope="module")
def results(dart: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """How every Dart test ended, by its name: with no failure, or with this one."""
    packages = kit_widgets.laid_out(tmp_path_factory.mktemp("widgets"))
    done = compiler.run(kit_widgets.MAIN, packages)
    assert done.returncode == 0, done.stderr or done.stdout
    lines = map(json.loads, done.stdout.splitlines())
    return {line["test"]: line["failure"] for line in lines}


@pytest.mark.parametrize("test", kit_widgets.declared())
def test_in_dart(test: str, results: Results) -> None:
    run = {name: failure for name, failure in results.items() if kit_widgets.matches(name, test)}
    assert run, "it did not run"
    assert {name: failure for name, failure in run.items() if failure} == {}


def test_every_test_that_ran_is_one_of_these(results: Results) -> None:
    declared = kit_widgets.declared()
    assert len(declared) == len(set(declared))
    assert [name for name in results if not any(kit_widgets.matches(name, test) for test in declared)] == []


def test_every_file_of_tests_is_run() -> None:
    imported = kit_widgets.MAIN.read_text(encoding="utf-8")
    files = sorted(kit_widgets.TESTS.glob("*_test.dart"))
    assert files
    assert [file.name for file in files if f"'{file.name}'" not in imported] == []
