"""The widgets of the package for apps as their own tests need them: a time that tests move, and a made-up server."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from devkit.kit import layout
from devkit.kit.items import PACKAGE, index, items

TESTS = PACKAGE / "test" / "widgets"
MAIN = TESTS / "main.dart"

# On the first line of a file, so that the compiler names the lines that it has in lib/.
_FAKE_TIME = "import 'dart:core' hide DateTime, Stopwatch; import 'package:flutter/fake_time.dart'; "


def laid_out(folder: Path) -> Path:
    """Lay the widgets out in `folder`; returns the package_config.json for `MAIN`.

    Of the actions there are those that the widgets call: the real ones above a `callKippu` of test/widgets.
    """
    actions = folder / "kippu_flutter" / "lib" / "actions"
    widgets = folder / "kippu_flutter" / "lib" / "widgets"
    actions.mkdir(parents=True)
    widgets.mkdir()
    for item in items():
        if item.kind == "widgets":
            (widgets / item.file.name).write_text(_FAKE_TIME + item.text, encoding="utf-8")
    shutil.copy(PACKAGE / "lib" / "widgets" / "index.dart", widgets)
    shutil.copy(TESTS / "call_kippu.dart", actions)
    shutil.copy(PACKAGE / "lib" / "actions" / "scan_ticket.dart", actions)
    (actions / "index.dart").write_text(index(["callKippu", "scanTicket"]), encoding="utf-8")
    return layout.package(folder, folder / "kippu_flutter")


def declared() -> list[str]:
    """The names of the tests, as they stand in the Dart code: a part `$what` stands for several."""
    return [
        name.replace("\\'", "'")
        for file in sorted(TESTS.glob("*_test.dart"))
        for name in re.findall(r"^ +test\(\s*'((?:[^'\\]|\\.)+)'", file.read_text(encoding="utf-8"), flags=re.M)
    ]


def matches(name: str, declaration: str) -> bool:
    """Whether a test that has run is one of those of a declaration."""
    fixed = re.split(r"\$\w+", declaration)
    return re.fullmatch(".+".join(map(re.escape, fixed)), name) is not None
