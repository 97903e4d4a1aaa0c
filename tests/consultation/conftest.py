"""References for documents that exist only in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from common import documents


@pytest.fixture(scope="module")
def references() -> Iterator[firestore.Client]:
    """A client that `documents.ref` makes references with. It never connects: nothing here reads or commits."""
    client = firestore.Client(project="demo-kippu", credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "client", lambda: client)
        yield client
