"""Where a run that is cut short goes on: ``reconciliation_cursors/{name}``, written after every page.

Two runs at once may write one after the other: what lies before a cursor was looked at by one of them all the same.
"""

from __future__ import annotations

from typing import Any

from common import documents


class Cursor:
    """A place in something that is looked through again and again."""

    def __init__(self, name: str) -> None:
        self._ref = documents.ref("reconciliation_cursors", name)
        (found,) = documents.read(self._ref)
        self._fields: dict[str, Any] = found.data or {}

    def get(self, field: str, default: Any = None) -> Any:
        """What was kept under this name; ``default`` if nothing was."""
        kept = self._fields.get(field)
        return default if kept is None else kept

    def move(self, **fields: Any) -> None:
        """Keep these fields, which say where to go on; nothing is written if they say what is kept already."""
        moved = {**self._fields, **fields}
        if moved != self._fields:
            self._ref.set(moved)
            self._fields = moved
