"""The pages of the console: every screen has its section under its own name, and its picture; every label exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from devkit.docs.regions import language_of
from devkit.pages import CONSOLE
from devkit.process import ROOT
from tests.support.pages import OPERATIONS, OPERATIONS_JA, text, without_code

CONSOLE_PAGES = [ROOT / "docs" / "console.md", ROOT / "docs" / "console.ja.md"]
INDEX = CONSOLE.folder / "screens" / "index.js"
SCREENS = re.findall(r'^import \* as \w+ from "\./(\w+)\.js"', text(INDEX), re.MULTILINE)
# What the search finds is the list of other screens' links.
WITHOUT_PICTURE = {"search"}
# An entry of a file of words: its Japanese, its English.
WORDS = re.compile(r'^  "?([\w.]+)"?: \[\s*"([^"]+)",\s*"([^"]+)",?\s*\]', re.MULTILINE)
# Words of Firebase and Google Cloud, not of the console.
NOT_OURS = {"Email/Password", "Force run", "強制実行"}

in_both_languages = pytest.mark.parametrize("page", CONSOLE_PAGES, ids=lambda page: str(page.name))


def words(file: Path) -> list[tuple[str, str, str]]:
    return WORDS.findall(text(file))


def number_of(page: Path) -> int:
    """Which of an entry's texts is in the page's language."""
    return {"ja": 1, "en": 2}[language_of(page)]


@in_both_languages
@pytest.mark.parametrize("screen", sorted(set(SCREENS) - WITHOUT_PICTURE))
def test_a_screen_has_its_picture_in_a_section_of_its_own(screen: str, page: Path) -> None:
    assert f"](console/{screen}.png)" in text(page), "KIPPU_SCREENSHOTS=1 make e2e takes it"
    picture = ROOT / "docs" / "console" / f"{screen}.png"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_no_picture_is_left_of_a_screen_that_is_gone() -> None:
    assert {file.stem for file in (ROOT / "docs" / "console").iterdir()} <= set(SCREENS)


@in_both_languages
def test_a_screen_is_called_what_the_console_calls_it(page: Path) -> None:
    files = [CONSOLE.folder / "screens" / f"{screen}.texts.js" for screen in set(SCREENS) - WITHOUT_PICTURE]
    titles = {entry[number_of(page)] for file in files if file.exists() for entry in words(file) if entry[0] == "title"}
    assert len(titles) == 10
    assert set(re.findall(r"^### (.+)$", text(page), re.MULTILINE)) == titles


@pytest.mark.parametrize("page", [*CONSOLE_PAGES, OPERATIONS, OPERATIONS_JA], ids=lambda page: str(page.name))
def test_every_label_that_a_page_names_is_one_of_the_console(page: Path) -> None:
    known = {entry[number_of(page)] for file in CONSOLE.folder.rglob("*texts.js") for entry in words(file)}
    marked = {"en": r"(?<![*\w])\*([^*\n]+)\*(?!\*)", "ja": r"「([^」]+)」"}[language_of(page)]
    named = set(re.findall(marked, without_code(page)))
    assert len(named) > 2
    assert named - known - NOT_OURS == set()
