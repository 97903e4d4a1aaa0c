"""docs/console.md: every screen of the console has its section and its picture."""

from __future__ import annotations

import re

import pytest

from devkit.pages import CONSOLE
from devkit.process import ROOT
from tests.support.pages import text

PAGE = ROOT / "docs" / "console.md"
INDEX = CONSOLE.folder / "screens" / "index.js"
SCREENS = re.findall(r'^import \* as \w+ from "\./(\w+)\.js"', text(INDEX), re.MULTILINE)
# What the search finds is the list of other screens' links.
WITHOUT_PICTURE = {"search"}


@pytest.mark.parametrize("screen", sorted(set(SCREENS) - WITHOUT_PICTURE))
def test_a_screen_has_its_picture_in_a_section_of_its_own(screen: str) -> None:
    assert f"](console/{screen}.png)" in text(PAGE), "KIPPU_SCREENSHOTS=1 make e2e takes it"
    picture = ROOT / "docs" / "console" / f"{screen}.png"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_no_picture_is_left_of_a_screen_that_is_gone() -> None:
    assert {file.stem for file in (ROOT / "docs" / "console").iterdir()} <= set(SCREENS)
