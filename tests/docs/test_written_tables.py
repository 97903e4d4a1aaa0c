"""The tables that are generated into written pages are about exactly what there is, in both languages."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from devkit.docs import written_tables
from devkit.docs.words import Language, words
from devkit.errors import DevkitError

NAMES = {
    "functions": "functions",
    "parameters": "parameters",
    "terms": "terms",
    "door-results": "door",
    "door-answers": "door",
}


def one_less(name: str, found: Any) -> Any:
    """The words without the last of what a table is about."""
    fewer = copy.deepcopy(found)
    match name:
        case "functions":
            fewer["groups"][-1]["functions"].pop()
        case "door-results":
            fewer["results"].popitem()
        case "door-answers":
            fewer["answers"].popitem()
        case _:
            fewer.popitem()
    return fewer


def test_every_table_is_tried_here() -> None:
    assert {*NAMES} == {*written_tables.TABLES}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", NAMES)
def test_a_table_has_no_empty_first_cell(name: str, language: Language) -> None:
    rows = written_tables.TABLES[name](language).splitlines()[2:]
    assert rows
    assert [row for row in rows if row.startswith("|  |")] == []


@pytest.mark.parametrize("name", NAMES)
def test_words_that_leave_something_out_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = one_less(name, words(NAMES[name]))
    monkeypatch.setattr(written_tables, "words", lambda _: fewer)
    with pytest.raises(DevkitError, match=rf"{NAMES[name]}\.toml and the code differ"):
        written_tables.TABLES[name]("en")


def test_the_texts_of_the_door_page_are_read_in_both_languages() -> None:
    shown = written_tables.door_texts()
    assert shown["gate"] == ("入口", "Gate")
    # Over several lines.
    assert shown["cameraRefused"][1].startswith("The camera cannot be used.")
