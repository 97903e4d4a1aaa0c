"""A Firestore client that counts its round trips on the wire, in place of the functions' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc  # type: ignore[import-untyped]  # its stubs are not a requirement
import pytest
from google.cloud import firestore

from common import store


class RoundTrips(
    grpc.UnaryUnaryClientInterceptor,  # type: ignore[misc]
    grpc.UnaryStreamClientInterceptor,  # type: ignore[misc]
    grpc.StreamStreamClientInterceptor,  # type: ignore[misc]
):
    """The methods called, in order, as the channel sends them."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def _pass_on(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        self.calls.append(details.method.rsplit("/", 1)[-1])
        return continuation(details, request)

    intercept_unary_unary = _pass_on
    intercept_unary_stream = _pass_on
    intercept_stream_stream = _pass_on


class CountingClient(firestore.Client):
    """The emulator's client with an interceptor in its channel."""

    def __init__(self, project: str) -> None:
        super().__init__(project=project)
        self.trips = RoundTrips()

    def _emulator_channel(self, transport: Any) -> Any:
        channel = super()._emulator_channel(transport)  # type: ignore[no-untyped-call]
        return grpc.intercept_channel(channel, self.trips)


@contextmanager
def counted_store(project: str) -> Iterator[RoundTrips]:
    """Let the functions use a counting client for the block."""
    client = CountingClient(project)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "client", lambda: client)
        yield client.trips
    client.close()  # type: ignore[no-untyped-call]
