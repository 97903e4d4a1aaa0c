"""Every item of the package for apps stands on both pages for FlutterFlow, and its words are those of its code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devkit.docs.item_tables import item_table
from devkit.docs.signatures import signature
from devkit.docs.words import words
from devkit.kit.items import Item, items
from tests.support.flutterflow_pages import JAPANESE, both_pages
from tests.support.pages import FLUTTERFLOW, text

KANA = re.compile(r"[ぁ-んァ-ン]")
ITEMS = {item.name: item for item in items()}
each_item = pytest.mark.parametrize("item", ITEMS.values(), ids=list(ITEMS))


def regions(page: Path, kind: str) -> list[str]:
    return re.findall(rf"<!-- {kind}: (\w+) -->", text(page))


@both_pages
def test_every_item_has_its_table_and_then_its_code(page: Path) -> None:
    assert sorted(regions(page, "item")) == sorted(ITEMS)
    assert regions(page, "snippet") == regions(page, "item")


@both_pages
def test_every_item_has_a_heading_of_its_own(page: Path) -> None:
    assert re.findall(r"^#### (\w+)\n\n<!-- item: \w+ -->", text(page), flags=re.M) == regions(page, "item")


def test_both_pages_have_the_items_in_one_order() -> None:
    assert regions(FLUTTERFLOW, "item") == regions(JAPANESE, "item")


def test_there_are_words_for_items_and_arguments_that_exist_and_for_no_others() -> None:
    said = words("kit")
    assert set(said["items"]) == set(ITEMS)
    for name, own in said["items"].items():
        assert set(own.get("arguments", {})) <= {argument.name for argument in signature(ITEMS[name]).arguments}, name
    general = {
        argument.name
        for item in ITEMS.values()
        for argument in signature(item).arguments
        if argument.name not in said["items"][item.name].get("arguments", {})
    }
    assert set(said["arguments"]) == general


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Each place with words, and the words in each language."""
    if "en" in tree:
        yield path, {language: tree[language] for language in ("en", "ja") if language in tree}
    for name, part in tree.items():
        if isinstance(part, dict):
            yield from leaves(part, f"{path}.{name}")


def test_everything_is_said_in_both_languages() -> None:
    said = dict(leaves(words("kit")))
    assert said
    assert [path for path, both in said.items() if set(both) != {"en", "ja"}] == []
    assert [path for path, both in said.items() if not KANA.search(both["ja"])] == []


def code(item: Item) -> str:
    return re.sub(r"//.*", "", item.snippet)


def called(item: Item) -> set[str]:
    return {name for name in ITEMS if name != item.name and re.search(rf"\b{name}\(", code(item))}


def outcomes(item: Item) -> set[str]:
    """What the item's code gives as `outcome`, also by what it calls. Only the sheet itself tells that it is done."""
    own = set(re.findall(r"'outcome': '(\w+)'", code(item)))
    inner = set().union(*(outcomes(ITEMS[name]) for name in called(item)))
    return own | inner if item.name == "showPaymentSheet" else (own | inner) - {"done"}


@each_item
def test_every_outcome_of_the_code_has_its_words_and_no_other(item: Item) -> None:
    said = words("kit")["items"][item.name].get("outcomes", {})
    if item.name == "finishEventOrder":
        said = words("kit")["items"]["buyEventTickets"]["outcomes"]
    assert set(said) == outcomes(item)


def test_control_an_outcome_of_something_that_is_called_is_found() -> None:
    assert {"closed", "unsupported"} <= outcomes(ITEMS["buyConsultation"])
    assert "'closed'" not in code(ITEMS["buyConsultation"])


@each_item
def test_the_table_names_every_argument_with_its_type_in_both_languages(item: Item) -> None:
    for language in ("en", "ja"):
        rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", item_table(item, language), flags=re.M)
        listed = dict(rows[: len(signature(item).arguments)])
        assert list(listed) == [argument.name for argument in signature(item).arguments]
        assert all(argument.given or listed[argument.name] == argument.type for argument in signature(item).arguments)


def test_the_table_says_which_items_the_code_needs() -> None:
    said = item_table(ITEMS["buyConsultation"], "en")
    assert set(re.findall(r"\[(\w+)\]\(#", said.rpartition("Needs")[2])) == called(ITEMS["buyConsultation"])
