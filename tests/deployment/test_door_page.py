"""The door page's own files: its service worker names them all, and every text that is asked for exists."""

from __future__ import annotations

import re

from devkit import page_files
from devkit.pages import DOOR

OWN = sorted(DOOR.folder.glob("*.js"))


def test_the_service_worker_names_every_file_in_its_version() -> None:
    assert page_files.WORKER.read_text("utf-8") == page_files.worker(), "run make docs"


def test_every_text_that_is_asked_for_exists() -> None:
    source = (DOOR.folder / "texts.js").read_text("utf-8")
    keys = set(re.findall(r'^  "?([\w.]+)"?: \[', source, re.MULTILINE))
    asked = set()
    for file in [*OWN, DOOR.folder / "index.html"]:
        text = file.read_text("utf-8")
        asked |= set(re.findall(r'(?:\btext|data-text|data-label)[=(]"(\w+)"', text))
    assert asked - keys == set()
