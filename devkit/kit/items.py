"""The items of the package for apps: a custom action, widget or function of FlutterFlow each, one a file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from devkit.process import ROOT

PACKAGE = ROOT / "flutterflow"
KINDS = ("actions", "functions", "widgets")

# The lines that a file begins with, blank ones between them included.
_IMPORTS = re.compile(r"(?:import [^;]+;\n|\n(?=import ))*")

_BROUGHT = re.compile(r"'package:(?:flutter/material|kippu_flutter/(?:actions|widgets)/index)\.dart'")


@dataclass(frozen=True)
class Item:
    """One file of flutterflow/lib/<kind>/."""

    kind: str
    file: Path

    @property
    def name(self) -> str:
        """The one public name: of a widget in capitals, as FlutterFlow wants it."""
        first, *rest = self.file.stem.split("_")
        return "".join([first.capitalize() if self.kind == "widgets" else first, *(word.capitalize() for word in rest)])

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    @property
    def imports(self) -> list[str]:
        """Its imports, a line each."""
        return [line for line in _imports(self.text).splitlines() if line]

    @property
    def code(self) -> str:
        """What follows the imports."""
        return self.text[len(_imports(self.text)) :].lstrip("\n")

    @property
    def snippet(self) -> str:
        """What is pasted: FlutterFlow brings Flutter and the other items, and a function may import nothing."""
        kept = [] if self.kind == "functions" else [line for line in self.imports if not _BROUGHT.search(line)]
        of_dart = [line for line in kept if "'dart:" in line]
        of_packages = [line for line in kept if line not in of_dart]
        groups = ["\n".join(group) for group in (of_dart, of_packages) if group]
        return "\n\n".join([*groups, self.code])


def _imports(text: str) -> str:
    found = _IMPORTS.match(text)
    return found[0] if found else ""


def items(package: Path = PACKAGE) -> list[Item]:
    """Every item of the package, in the order of kinds and names."""
    return [
        Item(kind, file)
        for kind in KINDS
        for file in sorted((package / "lib" / kind).glob("*.dart"))
        if file.name != "index.dart"
    ]


def stem(name: str) -> str:
    """The name of the file that a public name has to itself."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def index(names: Iterable[str]) -> str:
    """The exports of a folder's index.dart: what another item sees of these is the one name each."""
    return "".join(f"export '{stem(name)}.dart' show {name};\n" for name in names)
