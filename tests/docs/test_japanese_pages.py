"""The pages that people in Japan work with are there in Japanese, and say as much as the English ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from devkit.process import ROOT
from tests.support.pages import PAGES
from tests.support.translations import differences, english_of

IN_JAPANESE = (
    "README.md",
    "docs/checkout-for-apps.md",
    "docs/console.md",
    "docs/deploying.md",
    "docs/door.md",
    "docs/events-for-apps.md",
    "docs/flutterflow.md",
    "docs/local.md",
    "docs/operations.md",
)
TRANSLATED = [page for page in PAGES if page.name.endswith(".ja.md")]

ENGLISH = """# Codes

[日本語](codes.ja.md)

```mermaid
flowchart TD
  scan --> answer
```

## Reading

Run this:

```sh
make serve
```

| code | meaning |
| --- | --- |
| `ok` | come in |

<!-- table: results -->

| result | why |
| --- | --- |

<!-- end -->

![A code](code.png)
"""
JAPANESE = """# コード

[English](codes.md)

```mermaid
flowchart TD
  読み取り --> 応答
```

## 読み取り

次を実行します。

```sh
make serve
```

| コード | 意味 |
| --- | --- |
| `ok` | お入りください |

<!-- table: results -->

| result | 理由 |
| --- | --- |

<!-- end -->

![コード](code.png)
"""


@pytest.mark.parametrize("name", IN_JAPANESE)
def test_there_is_a_japanese_page(name: str) -> None:
    assert ROOT / name.replace(".md", ".ja.md") in TRANSLATED


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: str(page.name))
def test_a_japanese_page_has_what_the_english_one_has(page: Path) -> None:
    assert english_of(page).exists()
    assert differences(page) == []


def pair(folder: Path, english: str, japanese: str) -> Path:
    (folder / "codes.md").write_text(english, encoding="utf-8")
    (folder / "codes.ja.md").write_text(japanese, encoding="utf-8")
    return folder / "codes.ja.md"


def test_two_pages_that_say_the_same_do_not_differ(tmp_path: Path) -> None:
    assert differences(pair(tmp_path, ENGLISH, JAPANESE)) == []


@pytest.mark.parametrize(
    ("old", "new", "differing"),
    [
        ("## 読み取り", "### 読み取り", "levels of headings"),
        ("make serve", "make demo", "code"),
        ("  読み取り --> 応答", "  読み取り --> 応答\n  応答 --> 入場", "code"),
        ("<!-- table: results -->", "<!-- table: functions -->", "generated regions"),
        ("code.png", "door.png", "images"),
        ("| `ok` | お入りください |\n", "", "tables"),
        ("(codes.md)", "(others.md)", "link to codes.md"),
    ],
)
def test_what_a_japanese_page_lacks_is_found(tmp_path: Path, old: str, new: str, differing: str) -> None:
    assert old in JAPANESE
    assert differences(pair(tmp_path, ENGLISH, JAPANESE.replace(old, new))) == [differing]


def test_an_english_page_must_lead_to_its_translation(tmp_path: Path) -> None:
    english = ENGLISH.replace("[日本語](codes.ja.md)\n", "")
    assert differences(pair(tmp_path, english, JAPANESE)) == ["link to codes.ja.md"]


def test_a_japanese_page_leads_to_japanese_pages(tmp_path: Path) -> None:
    for name in ("door.md", "door.ja.md", "api.md"):
        (tmp_path / name).touch()
    japanese = JAPANESE.replace("次を実行します。", "[入場](door.ja.md)と[関数](api.md#scan)を見て、次を実行します。")
    assert differences(pair(tmp_path, ENGLISH, japanese)) == []
    japanese = japanese.replace("door.ja.md", "door.md#staff")
    assert differences(pair(tmp_path, ENGLISH, japanese)) == ["link to the English door.md"]


def test_a_section_that_was_not_translated_is_found(tmp_path: Path) -> None:
    japanese = JAPANESE.replace("次を実行します。", "Run this:").replace("コード | 意味", "code | meaning")
    japanese = japanese.replace("お入りください", "come in")
    assert differences(pair(tmp_path, ENGLISH, japanese)) == ["section 2"]
