"""Which browser the end-to-end tests take: the one that is named, else one that the machine has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from devkit import browser
from devkit.browser import find_browser, find_or_install_browser
from devkit.errors import DevkitError


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No browser but those of the test."""
    monkeypatch.setattr(browser, "_OUTSIDE_PATH", ())


def program(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("#!/bin/sh\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def test_the_machines_chromium_comes_before_its_chrome(tmp_path: Path) -> None:
    chrome = program(tmp_path / "chrome" / "google-chrome")
    assert find_browser({"PATH": str(chrome.parent)}) == chrome
    chromium = program(tmp_path / "chromium" / "chromium")
    assert find_browser({"PATH": f"{chrome.parent}:{chromium.parent}"}) == chromium


def test_the_one_that_is_named_comes_first(tmp_path: Path) -> None:
    chromium, other = program(tmp_path / "bin" / "chromium"), program(tmp_path / "other" / "brave")
    assert find_browser({"PATH": str(chromium.parent), "KIPPU_BROWSER": str(other)}) == other
    env = {"PATH": f"{chromium.parent}:{other.parent}", "KIPPU_BROWSER": "brave"}
    assert find_browser(env) == other


def test_none_is_one_line_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DevkitError, match="no Chromium or Chrome found: put one on PATH"):
        find_browser({"PATH": str(tmp_path)})
    program(tmp_path / "chromium")
    with pytest.raises(DevkitError, match="KIPPU_BROWSER names no browser: nothing"):
        find_browser({"PATH": str(tmp_path), "KIPPU_BROWSER": "nothing"})


def test_what_was_named_wrongly_is_never_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIPPU_BROWSER", "nothing")
    with pytest.raises(DevkitError, match="nothing"):
        find_or_install_browser()


def test_without_one_playwrights_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = []

    def install(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("KIPPU_BROWSER", raising=False)
    monkeypatch.setattr(subprocess, "run", install)
    with pytest.raises(DevkitError, match="could not be installed"):
        find_or_install_browser()
    assert asked == [[sys.executable, "-m", "playwright", "install", "chromium"]]
