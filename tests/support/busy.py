"""A Firestore in which somebody else is always faster."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions

from common import retry
from common.firestore_api import FirestoreApi


def every_commit_loses(patch: pytest.MonkeyPatch) -> None:
    """Every commit from now on finds that its documents were changed meanwhile."""

    def lose(*_: Any, **__: Any) -> None:
        raise exceptions.FailedPrecondition("changed")  # type: ignore[no-untyped-call]

    patch.setattr(FirestoreApi, "commit", lose)
    patch.setattr(retry, "ROUNDS", 2)
