"""The generated parts of written pages, between `<!-- kind: name -->` and `<!-- end -->`, in the page's language.

`snippet` is a file of the Dart package as FlutterFlow takes it, `item` what FlutterFlow has to be told of it, and
`table` one of the tables below.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from devkit.docs import written_tables
from devkit.docs.alert_tables import alerts_table, policies_table, warnings_table
from devkit.docs.data_types import data_types
from devkit.docs.item_tables import item_table
from devkit.docs.package_table import packages
from devkit.docs.words import Language
from devkit.errors import DevkitError
from devkit.kit.items import items

_REGION = re.compile(r"<!-- (snippet|item|table): (\S+) -->\n.*?<!-- end -->", flags=re.DOTALL)

# Each is written once, with the words of both languages in devkit/docs/words/.
TABLES: Mapping[str, Callable[[Language], str]] = {
    **written_tables.TABLES,
    "data-types": data_types,
    "packages": packages,
    "alerts": alerts_table,
    "policies": policies_table,
    "warnings": warnings_table,
}


def language_of(page: Path) -> Language:
    """A page named `X.ja.md` is in Japanese."""
    return "ja" if page.name.endswith(".ja.md") else "en"


def filled(page: Path) -> str:
    """The page's text with its regions as the code has them."""
    language = language_of(page)

    def region(found: re.Match[str]) -> str:
        kind, name = found.groups()
        return f"<!-- {kind}: {name} -->\n\n{_content(kind, name, language)}\n\n<!-- end -->"

    return _REGION.sub(region, page.read_text(encoding="utf-8"))


def _content(kind: str, name: str, language: Language) -> str:
    if kind == "table" and name in TABLES:
        return TABLES[name](language)
    item = next((item for item in items() if item.name == name), None)
    if kind == "table" or item is None:
        raise DevkitError(f"there is no {kind} {name} to fill into a page")
    return f"```dart\n{item.snippet}```" if kind == "snippet" else item_table(item, language)
