"""The generated pages are fresh, and have every function, reason and field."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import main as deployed
from common.errors import all_reasons
from devkit import docs
from devkit.process import ROOT
from tests.support.pages import (
    codes,
    text,
)


def test_generated_pages_are_fresh() -> None:
    assert docs.stale() == [], "run make docs"


def test_generating_twice_gives_the_same() -> None:
    assert docs.pages() == docs.pages()


def test_a_stale_a_missing_and_an_orphaned_file_are_found_and_mended(tmp_path: Path) -> None:
    assert docs.main([], tmp_path) == 0
    assert docs.main(["--check"], tmp_path) == 0
    (tmp_path / "docs" / "api.md").write_text(text(tmp_path / "docs" / "api.md") + " ", encoding="utf-8")
    (tmp_path / "docs" / "states.md").unlink()
    (tmp_path / "docs" / "schemas" / "gone.json").write_text("{}", encoding="utf-8")
    assert docs.stale(tmp_path) == ["docs/api.md", "docs/schemas/gone.json", "docs/states.md"]
    assert docs.main(["--check"], tmp_path) == 1
    assert docs.main([], tmp_path) == 0
    assert docs.stale(tmp_path) == []


def test_the_api_page_has_every_function_and_every_reason() -> None:
    page = text(ROOT / "docs" / "api.md")
    titles = re.findall(r"^## (\w+)$", page, flags=re.M)
    assert titles == list(deployed.MODULES)
    assert {reason.name for reason in all_reasons()} - set(codes(page)) == set()


def test_every_field_of_the_api_page_has_a_meaning() -> None:
    rows = [line for line in text(ROOT / "docs" / "api.md").splitlines() if line.startswith("| ")]
    assert rows
    assert [row for row in rows if re.search(r"\| +\|$", row)] == []


@pytest.mark.parametrize("name", [name for name in docs.pages() if name.endswith(".json")])
def test_a_schema_accepts_what_the_model_requires(name: str) -> None:
    schema = json.loads(text(ROOT / name))
    request = schema["$defs"]["request"]
    model = getattr(deployed, Path(name).stem).__kippu__.request
    required = {field.alias for field in model.model_fields.values() if field.is_required()}
    assert set(request.get("required", ())) == required
    assert request["additionalProperties"] is False
