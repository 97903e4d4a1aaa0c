"""The door page: its files are named where they must be, unchanged on the way, and make no text to markup."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from devkit.door import hosting_headers
from devkit.door_files import DOOR, SUMS, VENDOR, WORKER

from devkit import door_files
from devkit.process import ROOT

OWN = sorted(file for file in DOOR.glob("*.js"))
MODULES = sorted(file for file in VENDOR.rglob("*.js"))
NODE_MODULES = ROOT / "node_modules"


def test_the_sums_are_those_of_the_vendored_files() -> None:
    lines = [line.split("  ") for line in SUMS.read_text("utf-8").splitlines()]
    found = {file.relative_to(VENDOR).as_posix(): file for file in door_files.vendored()}
    assert {name: digest for digest, name in lines} == {
        name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in found.items()
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda file: file.relative_to(VENDOR).as_posix())
def test_a_vendored_module_is_that_of_its_package(module: Path) -> None:
    original = NODE_MODULES / module.relative_to(VENDOR)
    if not original.exists():
        pytest.skip("its package is not installed: make e2e installs it")
    assert module.read_bytes() == original.read_bytes()


@pytest.mark.parametrize("module", MODULES, ids=lambda file: file.relative_to(VENDOR).as_posix())
def test_a_vendored_module_has_its_licence_beside_it_and_a_pinned_package(module: Path) -> None:
    assert [file for file in module.parent.iterdir() if file.name.startswith("LICENSE")]
    package = module.parent.relative_to(VENDOR).as_posix()
    pinned = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"][package]
    assert re.fullmatch(r"[0-9.]+", pinned)


def test_the_service_worker_names_every_file_in_its_version() -> None:
    assert WORKER.read_text("utf-8") == door_files.worker(), "run make docs"


def test_the_policy_lets_in_the_import_map_and_no_other_inline_script() -> None:
    policy = hosting_headers("/door/")["Content-Security-Policy"]
    directives = {name: values for name, *values in (part.split() for part in policy.split("; "))}
    assert directives["default-src"] == ["'none'"]
    assert door_files.import_map_source() in directives["script-src"]
    assert [value for value in directives["script-src"] if value.startswith("'sha256-")] == [
        door_files.import_map_source()
    ]
    assert "unsafe" not in policy
    assert "*" not in policy.replace("https://*.cloudfunctions.net", "")
    assert directives["require-trusted-types-for"] == ["'script'"]
    html = (DOOR / "index.html").read_text("utf-8")
    assert len(re.findall(r"<script", html)) == 2
    assert not re.search(r"\son\w+=|style=", html)


def test_the_import_map_sends_the_sdks_absolute_address_to_our_file() -> None:
    version = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]["firebase"]
    app = f"https://www.gstatic.com/firebasejs/{version}/firebase-app.js"
    assert f'"{app}":"/door/vendor/firebase/firebase-app.js"' in (DOOR / "index.html").read_text("utf-8")
    for module in (VENDOR / "firebase").glob("*.js"):
        imported = set(re.findall(r'from"(https://[^"]+)"', module.read_text("utf-8")))
        assert imported <= {app}


@pytest.mark.parametrize("module", OWN, ids=lambda file: file.name)
def test_what_comes_from_elsewhere_is_never_markup(module: Path) -> None:
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|srcdoc"
    assert not re.search(sinks, module.read_text("utf-8"))


@pytest.mark.parametrize("module", OWN, ids=lambda file: file.name)
def test_every_imported_file_is_there(module: Path) -> None:
    imported = re.findall(r'from "([^"]+)"|^import "([^"]+)"', module.read_text("utf-8"), re.MULTILINE)
    names = [first or second for first, second in imported]
    assert [name for name in names if not name.startswith("./") or not (DOOR / name).is_file()] == []


def test_every_text_that_is_asked_for_exists() -> None:
    source = (DOOR / "texts.js").read_text("utf-8")
    keys = set(re.findall(r'^  "?([\w.]+)"?: \[', source, re.MULTILINE))
    asked = set()
    for file in [*OWN, DOOR / "index.html"]:
        text = file.read_text("utf-8")
        asked |= set(re.findall(r'(?:\btext|data-text|data-label)[=(]"(\w+)"', text))
    assert asked - keys == set()


def test_it_needs_no_site_key_until_it_is_given_one() -> None:
    config = json.loads((DOOR / "config.json").read_text("utf-8"))
    assert config == {"region": "asia-northeast1", "recaptcha_site_key": ""}
