"""What a function sends, in order: requests to Firestore as they leave its channel, and calls of the SDK of Stripe."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

import grpc  # type: ignore[import-untyped]  # its stubs are not a requirement
import proto  # type: ignore[import-untyped]
from google.cloud import firestore
from google.cloud.firestore_v1 import types
from stripe._stripe_service import StripeService

from common import documents, firestore_api
from common.firestore_api import FirestoreApi
from common.firestore_values import Codec

STRIPE = "stripe"


class Request(NamedTuple):
    """A round trip to Firestore: the RPC's name and its message. Or STRIPE and the arguments of its `_request`."""

    method: str
    message: Any


class _Watcher(
    grpc.UnaryUnaryClientInterceptor,  # type: ignore[misc]
    grpc.UnaryStreamClientInterceptor,  # type: ignore[misc]
    grpc.StreamStreamClientInterceptor,  # type: ignore[misc]
):
    """Tells `seen` of every request that goes through a channel."""

    def __init__(self, seen: Callable[[Request], None]) -> None:
        self._seen = seen

    def _pass_on(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        seen = request if isinstance(request, proto.Message) else getattr(types, request.DESCRIPTOR.name).wrap(request)
        self._seen(Request(details.method.rsplit("/", 1)[-1], seen))
        return continuation(details, request)

    intercept_unary_unary = intercept_unary_stream = intercept_stream_stream = _pass_on


class _WatchedClient(firestore.Client):
    """The emulator's client with its channel watched."""

    def __init__(self, project: str, watcher: _Watcher) -> None:
        super().__init__(project=project)
        self._watcher = watcher

    def _emulator_channel(self, transport: Any) -> Any:
        return grpc.intercept_channel(super()._emulator_channel(transport), self._watcher)  # type: ignore[no-untyped-call]


@contextmanager
def watched(project: str) -> Iterator[list[Request]]:
    """Let the functions in this process use a watched client and SDK for the block; yields what they send, as it comes.

    The client is `documents.client()`, for whoever else should use it.
    """
    requests: list[Request] = []
    watcher, ask = _Watcher(requests.append), StripeService._request
    client, database = _WatchedClient(project, watcher), f"projects/{project}/databases/(default)"
    api = FirestoreApi(grpc.intercept_channel(firestore_api.channel(), watcher), database)
    connection = documents.Connection(client, Codec(client, database), api)

    def tell(service: StripeService, *arguments: Any, **keywords: Any) -> Any:
        requests.append(Request(STRIPE, (arguments, keywords)))
        return ask(service, *arguments, **keywords)

    asked = mock.patch.object(StripeService, "_request", tell)
    with mock.patch.object(documents, "connection", return_value=connection), asked:
        yield requests
    api.close()
    client.close()  # type: ignore[no-untyped-call]


class Usage(NamedTuple):
    """What requests cost: Firestore's round trips and documents, calls of Stripe, and bytes sent to Firestore."""

    trips: int
    reads: int
    writes: int
    deletes: int
    stripe_calls: int
    sent_bytes: int


def usage(requests: Sequence[Request]) -> Usage:
    """Sum up. A document that is missing counts as read, and so does a query, once: that is what is charged."""
    trips = [request for request in requests if request.method != STRIPE]
    writes = [write for trip in trips if trip.method == "Commit" for write in trip.message.writes]
    deletes = sum(bool(write.delete) for write in writes)
    return Usage(
        trips=len(trips),
        reads=sum(_reads(trip) for trip in trips),
        writes=len(writes) - deletes,
        deletes=deletes,
        stripe_calls=len(requests) - len(trips),
        sent_bytes=sum(type(trip.message).pb(trip.message).ByteSize() for trip in trips),
    )


def _reads(trip: Request) -> int:
    if trip.method == "BatchGetDocuments":
        return len(trip.message.documents)
    return int(trip.method not in ("Commit", "BeginTransaction", "Rollback"))
