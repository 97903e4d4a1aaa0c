"""Which domains a team deploys: the parameter ``DOMAINS`` of functions/.env.

The deployment tool asks which functions there are before it sets any parameter, so the files are read here then; a
deployed instance finds the same value in its environment.
"""

from __future__ import annotations

import os
from pathlib import Path

EVERYTHING = "all"
_FOLDER = Path(__file__).resolve().parent.parent


def served() -> frozenset[str]:
    """The names that ``DOMAINS`` lists, or ``all``."""
    project = os.environ.get("GCLOUD_PROJECT", "")
    files = (f".env.{project}", ".env")
    setting = os.environ.get("DOMAINS") or next(filter(None, map(_in_file, files)), EVERYTHING)
    return frozenset(name.strip() for name in setting.split(","))


def serves(domain: str) -> bool:
    """Whether a domain is deployed here."""
    return bool(served() & {domain, EVERYTHING})


def _in_file(name: str) -> str:
    file = _FOLDER / name
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    settings = [line.partition("=")[2] for line in lines if line.partition("=")[0].strip() == "DOMAINS"]
    return settings[-1].strip().strip("\"'") if settings else ""
