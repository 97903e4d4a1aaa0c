"""Guards taken away, for controls: without its guard a race must go wrong, or the test of it proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from common.documents import Unit


def without_preconditions(patch: pytest.MonkeyPatch) -> None:
    """Let every commit take effect, whatever became of the documents it was planned on."""

    def blindly(unit: Any, doc: Any, changes: dict[str, Any] | None) -> None:
        if changes is None:
            unit._batch.delete(doc.ref)
            unit._after.append((doc, None))
        else:
            unit._batch.set(doc.ref, changes, merge=True)
            unit._after.append((doc, {**(doc.data or {}), **changes}))

    def add(unit: Any, reference: Any, data: dict[str, Any]) -> None:
        unit._batch.set(reference, data)
        unit._after.append((None, None))

    patch.setattr(Unit, "create", blindly)
    patch.setattr(Unit, "update_as_read", blindly)
    patch.setattr(Unit, "delete_as_read", lambda unit, doc: blindly(unit, doc, None))
    patch.setattr(Unit, "create_unread", add)
