"""A Firestore client that counts its round trips on the wire, in place of the functions' own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from bench.wire import WatchedClient
from common import documents


@dataclass
class RoundTrips:
    """The methods called, in order, as the channel sends them."""

    calls: list[str] = field(default_factory=list)


@contextmanager
def counted_store(project: str) -> Iterator[RoundTrips]:
    """Let the functions use a counting client for the block."""
    trips = RoundTrips()
    client = WatchedClient(project, lambda request: trips.calls.append(request.method))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "client", lambda: client)
        yield trips
    client.close()  # type: ignore[no-untyped-call]
