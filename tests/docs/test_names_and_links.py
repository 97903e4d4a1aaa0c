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
    anchors,
    codes,
    section,
    slug,
    table,
    text,
    without_code,
)


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("Two people with one ticket", "two-people-with-one-ticket"),
        ("`hold_hours`, and [why](rules.md)", "hold_hours-and-why"),
        ("1枚のチケットで2人が来た", "1枚のチケットで2人が来た"),
        ("「オフライン」・未送信(スキャン)", "オフライン未送信スキャン"),
        ("入場時 — QRコード", "入場時--qrコード"),
        ("売上確定（キャプチャ）：ＱＲ 100%", "売上確定キャプチャｑｒ-100"),
    ],
)
def test_a_heading_is_led_to_by_the_anchor_that_github_makes(title: str, anchor: str) -> None:
    assert slug(title) == anchor


def test_the_same_heading_again_has_a_number(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# 設定\n\n## 設定\n\n```sh\n# none\n```\n\n## 設定\n", encoding="utf-8")
    assert anchors(page) == {"設定", "設定-1", "設定-2"}


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page)):
        path, _, anchor = target.partition("#")
        assert not target.startswith("http"), "a page that moves makes a link of ours wrong"
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file), target


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
