"""The generated parts of written pages: what stands between their markers is the code's, in the page's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from devkit.docs import item_tables, regions
from devkit.docs.signatures import Argument, signature
from devkit.errors import DevkitError
from devkit.kit.items import items

ACTION = """\
import 'package:kippu_flutter/actions/index.dart';
import 'package:flutter/services.dart';

/// Says something.
Future<dynamic> saySomething(
  String text,
  int? times,
  Future Function(dynamic answer, String token) onDone,
) async =>
    {'outcome': 'said'};

String _helper(bool other) => '';
"""
WIDGET = """\
import 'package:flutter/material.dart';

/// A picture.
class BigPicture extends StatefulWidget {
  const BigPicture({super.key, this.width, this.height, this.storeId, required this.onTap});

  final double? width;
  final double? height;
  final String? storeId;
  final Future Function() onTap;

  @override
  State<BigPicture> createState() => _BigPictureState();
}
"""
FUNCTION = """\
import 'dart:math' as math;

/// Any number.
int anyNumber() => math.Random().nextInt(9);
"""
WORDS = {
    "arguments": {"text": {"en": "What.", "ja": "言葉。"}, "times": {"en": "Often.", "ja": "回数。"}},
    "items": {
        "saySomething": {
            "en": "Says it.",
            "ja": "話します。",
            "arguments": {"onDone": {"en": "Then.", "ja": "その後。"}},
            "returns": {"en": "what was said.", "ja": "話した内容です。"},
            "outcomes": {"said": {"en": "Go on.", "ja": "次へ。"}},
        }
    },
}


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one item of each kind, with words for the action."""
    for kind, name, code in (
        ("actions", "say_something", ACTION),
        ("widgets", "big_picture", WIDGET),
        ("functions", "any_number", FUNCTION),
    ):
        (tmp_path / "lib" / kind).mkdir(parents=True)
        (tmp_path / "lib" / kind / f"{name}.dart").write_text(code, encoding="utf-8")
    monkeypatch.setattr(item_tables, "words", lambda _name: WORDS)
    monkeypatch.setattr(regions, "items", lambda: items(tmp_path))
    return tmp_path


def filled(library: Path, name: str, text: str) -> str:
    page = library / name
    page.write_text(text, encoding="utf-8")
    return regions.filled(page)


def test_an_item_is_read_with_the_types_as_flutterflow_names_them(library: Path) -> None:
    found = {item.name: signature(item) for item in items(library)}
    assert found["saySomething"].arguments == (
        Argument("text", "String", nullable=False),
        Argument("times", "Integer", nullable=True),
        Argument("onDone", "Action", nullable=False, given="dynamic answer, String token"),
    )
    assert [each.returns for each in found.values()] == ["JSON", "Integer", ""]
    assert [argument.name for argument in found["BigPicture"].arguments] == ["storeId", "onTap"]


def test_a_snippet_leaves_out_the_imports_that_flutterflow_writes(library: Path) -> None:
    text = filled(library, "page.md", "a\n\n<!-- snippet: saySomething -->\nold\n<!-- end -->\n\nb\n")
    _, mine = ACTION.split("\n", 1)
    assert text == f"a\n\n<!-- snippet: saySomething -->\n\n```dart\n{mine}```\n\n<!-- end -->\n\nb\n"
    assert "material" not in filled(library, "page.md", "<!-- snippet: BigPicture -->\n<!-- end -->\n")
    assert "import" not in filled(library, "page.md", "<!-- snippet: anyNumber -->\n<!-- end -->\n")


def test_a_table_of_an_item_is_in_the_language_of_its_page(library: Path) -> None:
    region = "<!-- item: saySomething -->\n<!-- end -->\n"
    english = filled(library, "page.md", region)
    assert "| `times` | Integer | yes | Often. |" in english
    assert "| `onDone` | Action, given `dynamic answer, String token` | no | Then. |" in english
    assert "Returns JSON: what was said." in english
    assert "| `said` | Go on. |" in english
    japanese = filled(library, "page.ja.md", region)
    assert "| `times` | Integer | はい | 回数。 |" in japanese
    assert "戻り値: JSON。話した内容です。" in japanese


def test_filling_again_changes_nothing(library: Path) -> None:
    once = filled(library, "page.md", "<!-- item: saySomething -->\n<!-- end -->\n")
    assert filled(library, "page.md", once) == once


def test_what_does_not_exist_or_has_no_words_is_an_error(library: Path) -> None:
    with pytest.raises(DevkitError, match="there is no snippet nothing"):
        filled(library, "page.md", "<!-- snippet: nothing -->\n<!-- end -->\n")
    with pytest.raises(DevkitError, match="there is no table nothing"):
        filled(library, "page.md", "<!-- table: nothing -->\n<!-- end -->\n")
    with pytest.raises(DevkitError, match="BigPicture has no words"):
        filled(library, "page.md", "<!-- item: BigPicture -->\n<!-- end -->\n")
