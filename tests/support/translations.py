"""What a page and its Japanese translation must have in common, whatever they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

HEADING = re.compile(r"^(#+) (.+)$", flags=re.M)
FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", flags=re.M | re.S)
MARKER = re.compile(r"<!--.*?-->", flags=re.S)
REGION = re.compile(r"<!-- \w+: \S+ -->.*?<!-- end -->", flags=re.S)
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
LANGUAGE = re.compile(r"^\[(?:English|日本語)\]\(.*\)$", flags=re.M)
LETTERS = re.compile(r"[a-z]{3}")
KANA = re.compile(r"[ぁ-ゖァ-ヺ]")
FIRST_LINES = 5


def english_of(page: Path) -> Path:
    """The page that `X.ja.md` translates."""
    return page.with_name(page.name.removesuffix(".ja.md") + ".md")


def levels(page: str) -> list[int]:
    """How high each heading is."""
    return [len(marks) for marks, _ in HEADING.findall(FENCED.sub("", page))]


def blocks(page: str) -> list[tuple[str, object]]:
    """What is fenced. The words of a diagram are translated, so only its length is the same."""
    return [(kind, body.count("\n") if kind == "mermaid" else body) for kind, body in FENCED.findall(page)]


def markers(page: str) -> list[str]:
    """The comments, between which parts are generated."""
    return MARKER.findall(page)


def images(page: str) -> list[str]:
    """The pictures."""
    return IMAGE.findall(page)


def tables(page: str) -> list[list[int]]:
    """The written tables: how many cells each of their rows has."""
    written = REGION.sub("", FENCED.sub("", page))
    found = re.findall(r"^(?:\|.*\|\n?)+", written, flags=re.M)
    return [[len(re.findall(r"(?<!\\)\|", row)) - 1 for row in each.splitlines()] for each in found]


SAME: Mapping[str, Callable[[str], object]] = {
    "levels of headings": levels,
    "code": blocks,
    "generated regions": markers,
    "images": images,
    "tables": tables,
}


def sections(page: str) -> list[str]:
    """What is written below each heading, up to the next one of any height; first what is above all of them."""
    written = page
    for other in (FENCED, REGION, MARKER, IMAGE, LANGUAGE):
        written = other.sub("", written)
    return re.split(r"^#+ .+$", written, flags=re.M)


def untranslated(english: str, japanese: str) -> list[int]:
    """The numbers of the sections that say something in English and nothing in Japanese."""
    pairs = enumerate(zip(sections(english), sections(japanese), strict=False))
    return [number for number, (mine, its) in pairs if LETTERS.search(mine) and not KANA.search(its)]


def to_english(page: Path, japanese: str) -> list[str]:
    """The English pages that it leads to, and not to the Japanese ones that are there."""
    linked = set(re.findall(r"\]\(([^)#\s]+\.md)", FENCED.sub("", japanese)))
    known = {name: name.removesuffix(".md") + ".ja.md" for name in linked if not name.endswith(".ja.md")}
    missed = {name for name, other in known.items() if (page.parent / other).exists() and other not in linked}
    return sorted(name for name in missed if page.parent / name != english_of(page))


def differences(page: Path) -> list[str]:
    """What a Japanese page and its English one do not have in common."""
    japanese, english = page.read_text(encoding="utf-8"), english_of(page).read_text(encoding="utf-8")
    found = [name for name, of in SAME.items() if of(japanese) != of(english)]
    for text, other in ((english, page), (japanese, english_of(page))):
        if f"]({other.name})" not in "".join(text.splitlines(keepends=True)[:FIRST_LINES]):
            found.append(f"link to {other.name}")
    found += [f"link to the English {name}" for name in to_english(page, japanese)]
    return found + [f"section {number}" for number in untranslated(english, japanese)]
