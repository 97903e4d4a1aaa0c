"""The pages for FlutterFlow, English and Japanese, which have the same sections in the same order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.pages import FLUTTERFLOW, section, without_code

JAPANESE = FLUTTERFLOW.with_name("flutterflow.ja.md")
both_pages = pytest.mark.parametrize("page", [FLUTTERFLOW, JAPANESE], ids=["en", "ja"])


def same_section(page: Path, title: str) -> str:
    """The section that stands where the English page has `title`."""
    english, here = (re.findall(r"^#+ (.+)$", without_code(of), flags=re.M) for of in (FLUTTERFLOW, page))
    return section(page, here[english.index(title)])


def rows(page: Path, title: str) -> list[list[str]]:
    """The rows of the first table in the section of that English title."""
    (found,) = re.findall(r"(?:^\|.*\n)+", same_section(page, title), flags=re.M)[:1]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in found.splitlines()[2:]]
    return [[cell.strip() for cell in row] for row in cells]
