"""Reads the functions' structured logs back."""

import json
from pathlib import Path
from typing import Any


def errors(file: Path) -> list[str]:
    """What was logged as an error, in order; an exception also tells its last line."""
    entries = map(_entry, file.read_text(encoding="utf-8", errors="replace").splitlines())
    return [_told(entry) for entry in entries if isinstance(entry, dict) and entry.get("severity") == "ERROR"]


def _entry(line: str) -> Any:
    # A killed process may leave half a line, and servers write lines of their own.
    try:
        return json.loads(line)
    except ValueError:
        return None


def _told(entry: dict[str, object]) -> str:
    last = str(entry.get("traceback", "")).strip().splitlines()[-1:]
    return ": ".join([str(entry.get("message")), *(line[:120] for line in last)])
