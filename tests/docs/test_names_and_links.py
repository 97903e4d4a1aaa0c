"""Every file, link and command that a page names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import main as deployed
from devkit.process import ROOT
from tests.support.pages import (
    IDS,
    PAGES,
    README,
    codes,
    section,
    table,
    text,
    without_code,
)


def slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page)):
        path, _, anchor = target.partition("#")
        assert not target.startswith("http"), "a page that moves makes a link of ours wrong"
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.+)$", without_code(file), flags=re.M)
            assert anchor in {slug(title) for title in titles}, target


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_files_that_are_named_exist(page: Path) -> None:
    folders = "|".join(re.escape(folder.name) for folder in ROOT.iterdir() if folder.is_dir())
    files = rf"(?:{folders})/[\w./-]*|[\w.-]+\.(?:rules|toml)|firebase\.json|firestore\.indexes\.json"
    for name in codes(without_code(page)):
        if re.fullmatch(files, name) and "<" not in name:
            assert (ROOT / name).exists(), name


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", text(ROOT / "Makefile"), flags=re.M))
    blocks = re.findall(r"```sh\n(.*?)```", text(page), flags=re.DOTALL)
    commands = "\n".join([*codes(without_code(page)), *blocks])
    assert set(re.findall(r"\bmake ([a-z][\w-]*)", commands)) - targets == set()


def test_the_readme_names_every_make_target() -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", text(ROOT / "Makefile"), flags=re.M)) - {"help"}
    assert targets - set(re.findall(r"\bmake ([a-z][\w-]*)", text(README))) == set()


def test_the_readme_lists_every_function_once() -> None:
    listed = [name for _, names in table(section(README, "Functions"), "for") for name in codes(names)]
    assert sorted(listed) == sorted(deployed.MODULES)
