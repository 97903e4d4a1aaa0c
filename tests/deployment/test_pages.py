"""The pages that Hosting serves: each vendored file is that of its package, and each policy lets in no other script."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from devkit import page_files
from devkit.pages import CONSOLE, DOOR, PAGES, Page
from devkit.process import ROOT

NODE_MODULES = ROOT / "node_modules"
PINNED = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
MODULES = [(page, file) for page in PAGES for file in page_files.vendored(page) if file.suffix in (".js", ".mjs")]
OWN = [(page, file) for page in PAGES for file in sorted(page.folder.rglob("*.js")) if page.vendor not in file.parents]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.target)
each_module = pytest.mark.parametrize(
    ("page", "module"), MODULES, ids=lambda it: it.target if isinstance(it, Page) else it.name
)
each_own = pytest.mark.parametrize(
    ("page", "module"), OWN, ids=lambda it: it.target if isinstance(it, Page) else it.name
)


@each_page
def test_the_sums_are_those_of_the_vendored_files(page: Page) -> None:
    lines = [line.split("  ") for line in page_files.sums_file(page).read_text("utf-8").splitlines()]
    found = {file.relative_to(page.vendor).as_posix(): file for file in page_files.vendored(page)}
    assert {name: digest for digest, name in lines} == {
        name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in found.items()
    }, "run make docs"


@each_module
def test_a_vendored_module_is_that_of_its_package(page: Page, module: Path) -> None:
    original = NODE_MODULES / module.relative_to(page.vendor)
    if not original.exists():
        pytest.skip("its package is not installed: make e2e installs it")
    assert module.read_bytes() == original.read_bytes()


@each_module
def test_a_vendored_module_has_a_licence_and_a_pinned_package(page: Page, module: Path) -> None:
    name = module.relative_to(page.vendor).as_posix()
    (package,) = [package for package in PINNED if name.startswith(f"{package}/")]
    assert re.fullmatch(r"[0-9.]+", PINNED[package])
    assert list((page.vendor / package).glob("LICENSE*"))


@each_page
def test_the_policy_lets_in_the_import_map_and_no_other_inline_script(page: Page) -> None:
    policy = page.headers()["Content-Security-Policy"]
    directives = {name: values for name, *values in (part.split() for part in policy.split("; "))}
    for name in ("default-src", "base-uri", "form-action", "frame-ancestors"):
        assert directives[name] == ["'none'"]
    hashes = [value for value in directives["script-src"] if value.startswith("'sha")]
    assert hashes == [page_files.import_map_source(page)]
    assert "unsafe" not in policy
    assert "*" not in policy.replace("https://*.cloudfunctions.net", "")
    assert directives["require-trusted-types-for"] == ["'script'"]
    assert directives["trusted-types"]
    html = (page.folder / "index.html").read_text("utf-8")
    assert len(re.findall(r"<script", html)) == 2
    assert not re.search(r"\son\w+=|style=", html)


@each_page
def test_a_page_is_no_other_types_and_tells_nobody_where_it_was(page: Page) -> None:
    headers = page.headers()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == ("no-referrer" if page is CONSOLE else "strict-origin")


@each_page
def test_the_import_map_sends_every_bare_and_absolute_address_to_a_file(page: Page) -> None:
    imports = json.loads(page_files.import_map(page))["imports"]
    app = f"https://www.gstatic.com/firebasejs/{PINNED['firebase']}/firebase-app.js"
    assert app in imports
    for address, file in imports.items():
        assert (page.site / file.lstrip("/")).is_relative_to(page.vendor), address
        assert (page.site / file.lstrip("/")).is_file(), address
    for module in (module for at, module in MODULES if at is page):
        imported = set(re.findall(r'from"([^".][^"]*)"', module.read_text("utf-8")))
        assert imported <= set(imports), module.name


@each_own
def test_what_comes_from_elsewhere_is_never_markup(page: Page, module: Path) -> None:
    sinks = r"[iI]nnerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|srcdoc"
    assert not re.search(sinks, module.read_text("utf-8"))


@each_own
def test_every_imported_file_is_there(page: Page, module: Path) -> None:
    imported = re.findall(r'from "([^"]+)"|^import "([^"]+)"', module.read_text("utf-8"), re.MULTILINE)
    names = {first or second for first, second in imported}
    missing = {name for name in names if not (module.parent / name).is_file() or not name.startswith(".")}
    assert missing <= set(json.loads(page_files.import_map(page))["imports"])


@each_page
def test_it_needs_no_site_key_until_it_is_given_one(page: Page) -> None:
    config = json.loads((page.folder / "config.json").read_text("utf-8"))
    assert (config["region"], config["recaptcha_site_key"]) == ("asia-northeast1", "")


def test_the_door_may_use_the_camera_and_the_console_nothing() -> None:
    assert "camera=(self)" in DOOR.headers()["Permissions-Policy"]
    assert "self" not in CONSOLE.headers()["Permissions-Policy"]
