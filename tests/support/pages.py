"""The documentation's pages and the functions' source, as the tests of the documentation read them."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from devkit.kit.items import items
from devkit.process import ROOT

README = ROOT / "README.md"
FLUTTERFLOW = ROOT / "docs" / "flutterflow.md"
OPERATIONS = ROOT / "docs" / "operations.md"
OPERATIONS_JA = ROOT / "docs" / "operations.ja.md"
PAGES = (*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").glob("*.md")))
_IN_ANCHORS = {"Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "Pc"}
IDS = [page.name for page in PAGES]


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def without_code(page: Path) -> str:
    return re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)


def slug(title: str) -> str:
    """What GitHub makes of a heading's text: letters of any script, digits, `-` and `_`, and hyphens for spaces."""
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title.strip()).lower()
    kept = (char for char in shown if char in "- " or unicodedata.category(char) in _IN_ANCHORS)
    return "".join(kept).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    """Where a link to a part of the page may lead. The same heading again gets a number."""
    slugs = [slug(title) for title in re.findall(r"^#+ (.+)$", without_code(page), flags=re.M)]
    earlier = [slugs[:number].count(each) for number, each in enumerate(slugs)]
    return {f"{each}-{again}" if again else each for each, again in zip(slugs, earlier, strict=True)}


def section(page: Path, title: str) -> str:
    """What stands below a heading, up to the next one that is as high."""
    heading = re.search(rf"^(#+) {re.escape(title)}$", text(page), flags=re.M)
    assert heading, f"{page.name} has no section {title}"
    rest = text(page)[heading.end() :]
    return re.split(rf"^#{{1,{len(heading[1])}}} ", rest, maxsplit=1, flags=re.M)[0]


def table(markdown: str, first: str) -> list[list[str]]:
    """The rows of the table whose first heading is `first`."""
    lines = markdown.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    assert rows
    return rows


def generated(page: Path, name: str) -> list[list[str]]:
    """The rows of the table that `make docs` fills into a page under this name."""
    region = text(page).split(f"<!-- table: {name} -->")[1].split("<!-- end -->")[0].strip()
    return table(region, region.split("|")[1].strip())


def codes(markdown: str) -> list[str]:
    return re.findall(r"`([^`]+)`", markdown)


def dart_files(*markdown: str) -> dict[str, Path]:
    """The files of the items that a piece of a page leads to on FlutterFlow's page, by their names."""
    named = set(re.findall(r"\(flutterflow\.md#(\w+)\)", "\n".join(markdown)))
    return {item.file.stem: item.file for item in items() if item.name.lower() in named}


def strings(node: ast.AST) -> set[str]:
    """Every text in a piece of source."""
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def sources() -> Iterator[ast.Module]:
    """Every module of the functions."""
    for file in sorted((ROOT / "functions").glob("*/**/*.py")):
        if "venv" not in file.parts:
            yield ast.parse(text(file))
