"""Every item of the package for apps is a file with one public name, listed in its folder's index."""

from __future__ import annotations

import re

import pytest

from devkit.kit.items import KINDS, Item, index, items
from devkit.process import ROOT
from tests.support.pages import text

each_item = pytest.mark.parametrize("item", items(), ids=lambda item: item.file.stem)


@pytest.mark.parametrize("kind", KINDS)
def test_an_index_exports_each_file_by_its_one_name(kind: str) -> None:
    listed = text(ROOT / "flutterflow" / "lib" / kind / "index.dart")
    assert listed.partition("\n")[2] == index(item.name for item in items() if item.kind == kind)


@each_item
def test_the_one_public_name_is_that_of_the_file(item: Item) -> None:
    # What begins in the first column is declared: its name stands before its parameters, value or body.
    code = re.sub(r"Function\([^)]*\)\??", "Function", item.code)
    declared = re.findall(r"^[A-Za-z][^(=;{]*?(\w+)\s*(?:[(=;{]|extends|implements|with)", code, flags=re.M)
    assert [name for name in declared if name[0] != "_"] == [item.name]


@each_item
def test_an_item_imports_of_the_package_only_what_flutterflow_brings_it(item: Item) -> None:
    own = {
        line
        for line in item.imports
        if "package:kippu_flutter/" in line or ("package:" not in line and ".dart" in line)
    }
    brought = {"actions": ["actions"], "widgets": ["actions", "widgets"], "functions": []}[item.kind]
    assert own <= {f"import 'package:kippu_flutter/{kind}/index.dart';" for kind in brought}


@each_item
def test_an_item_has_nothing_that_a_parser_of_custom_code_refuses(item: Item) -> None:
    assert not re.search(r"^\s*(extension|part|library)\b|^\S.*\w<T\b", item.code, flags=re.M)
