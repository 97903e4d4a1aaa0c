"""storage.rules as rules of Firestore, so that the emulator that is at hand evaluates them.

firebase-tools evaluates rules of Storage with a program that it downloads, which nothing here can rely on. The
language and its evaluation are the same, so only what the two services call differently is put into the other's words:
where files are, that a file's properties are a document's fields, and that `create` is any upload in Storage, also over
a file that is there, while `update` is a change of its metadata.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

RULES: Final = Path(__file__).parents[2] / "storage.rules"

_WORDS: Final = (
    ("service firebase.storage {", "service cloud.firestore {"),
    ("match /b/{bucket}/o {", "match /databases/{bucket}/documents {"),
    ("request.resource", "request.resource.data"),
)


def of_uploads() -> str:
    """Rules under which writing a document is what uploading a file is."""
    return _translated(RULES.read_text(encoding="utf-8").replace("allow create:", "allow create, update:"))


def of_metadata() -> str:
    """Rules under which updating a document is what changing a file's metadata is."""
    return _translated(RULES.read_text(encoding="utf-8"))


def methods() -> set[str]:
    """What the rules allow at all."""
    return set(re.findall(r"^\s*allow (.+):", RULES.read_text(encoding="utf-8"), flags=re.M))


def _translated(rules: str) -> str:
    for ours, theirs in _WORDS:
        assert ours in rules, ours
        rules = rules.replace(ours, theirs)
    return rules
