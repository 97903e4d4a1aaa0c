"""Pieces of Markdown."""

import inspect
import re
from collections.abc import Iterable

GENERATED = "<!-- Written by `make docs` from the code: change that, not this. -->"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table; cells may hold any text."""
    cells = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells)


def prose(docstring: str) -> str:
    """A docstring as Markdown: paragraphs unwrapped, literals in single backticks."""
    paragraphs = inspect.cleandoc(docstring).split("\n\n")
    return "\n\n".join(" ".join(text.split()) for text in paragraphs).replace("``", "`")


def anchor(heading: str) -> str:
    """How GitHub names a heading in a link, in any language."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
