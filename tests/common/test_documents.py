"""The client of Firestore that all functions of a process share."""

from __future__ import annotations

from common import documents


def test_a_client_comes_with_its_channel(clean: None) -> None:
    """It would make one at its first request, and each thread one of its own if several come at once."""
    made = documents.client._make()
    assert made._firestore_api_internal is not None
    made.close()  # type: ignore[no-untyped-call]
