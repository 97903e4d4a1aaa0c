"""What a function sends, in order: requests to Firestore as they leave its channel, and calls of the SDK of Stripe."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import grpc  # type: ignore[import-untyped]  # its stubs are not a requirement
import stripe
from google.cloud import firestore

from common import documents

_STRIPE_SERVICES = {"payment_intents": stripe.PaymentIntentService, "events": stripe.EventService}
_STRIPE_METHODS = ("create", "retrieve", "capture", "cancel", "list")


@dataclass(frozen=True)
class FirestoreRequest:
    """One round trip: the RPC's name and its request, a message of protocol buffers."""

    method: str
    message: Any


@dataclass(frozen=True)
class StripeRequest:
    """One call of the SDK: the service and its method, as in `client.v1.payment_intents.create`, and the arguments."""

    service: str
    method: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


Request = FirestoreRequest | StripeRequest


class Interceptor(
    grpc.UnaryUnaryClientInterceptor,  # type: ignore[misc]
    grpc.UnaryStreamClientInterceptor,  # type: ignore[misc]
    grpc.StreamStreamClientInterceptor,  # type: ignore[misc]
):
    """Tells `seen` of every request that goes through its channel."""

    def __init__(self, seen: Callable[[FirestoreRequest], None]) -> None:
        self._seen = seen

    def _pass_on(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        self._seen(FirestoreRequest(details.method.rsplit("/", 1)[-1], request))
        return continuation(details, request)

    intercept_unary_unary = _pass_on
    intercept_unary_stream = _pass_on
    intercept_stream_stream = _pass_on


class WatchedClient(firestore.Client):
    """The emulator's client with an interceptor in its channel."""

    def __init__(self, project: str, seen: Callable[[FirestoreRequest], None]) -> None:
        super().__init__(project=project)
        self._interceptor = Interceptor(seen)

    def _emulator_channel(self, transport: Any) -> Any:
        channel = super()._emulator_channel(transport)  # type: ignore[no-untyped-call]
        return grpc.intercept_channel(channel, self._interceptor)


@contextmanager
def watched(project: str) -> Iterator[list[Request]]:
    """Let the functions in this process use a watched client and SDK for the block; yields what they send, as it comes.

    The client is `documents.client()`, for whoever else should use it.
    """
    requests: list[Request] = []
    client = WatchedClient(project, requests.append)
    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(documents, "client", return_value=client))
        for service, kind in _STRIPE_SERVICES.items():
            for method in _STRIPE_METHODS:
                if original := getattr(kind, method, None):
                    patches.enter_context(
                        mock.patch.object(kind, method, _telling(requests, service, method, original))
                    )
        yield requests
    client.close()  # type: ignore[no-untyped-call]


def _telling(requests: list[Request], service: str, method: str, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def call(this: Any, *arguments: Any, **keywords: Any) -> Any:
        requests.append(StripeRequest(service, method, arguments, keywords))
        return original(this, *arguments, **keywords)

    return call


@dataclass(frozen=True)
class Usage:
    """What requests cost: Firestore's round trips and documents, and calls of Stripe."""

    trips: int = 0
    reads: int = 0
    writes: int = 0
    deletes: int = 0
    sent_bytes: int = 0
    stripe_calls: int = 0


def usage(requests: list[Request]) -> Usage:
    """Sum up. A document that is missing counts as read, and so does a query, once: that is what is charged."""
    trips = [request for request in requests if isinstance(request, FirestoreRequest)]
    writes = [write for trip in trips if trip.method == "Commit" for write in trip.message.writes]
    deletes = sum(bool(write.delete) for write in writes)
    return Usage(
        trips=len(trips),
        reads=sum(len(t.message.documents) if t.method == "BatchGetDocuments" else t.method != "Commit" for t in trips),
        writes=len(writes) - deletes,
        deletes=deletes,
        sent_bytes=sum(type(trip.message).pb(trip.message).ByteSize() for trip in trips),
        stripe_calls=len(requests) - len(trips),
    )


def outline(requests: list[Request]) -> list[str]:
    """The requests by kind and size, without ids and values: equal for two functions that ask the same."""
    return [_outline(request) for request in requests]


def _outline(request: Request) -> str:
    if isinstance(request, StripeRequest):
        return f"stripe {request.service}.{request.method}"
    message = request.message
    if request.method == "BatchGetDocuments":
        return f"read {' '.join(sorted(name.split('/documents/')[1].split('/')[0] for name in message.documents))}"
    if request.method == "Commit":
        return f"commit {' '.join(write_kind(write) for write in message.writes)}"
    return request.method


def write_kind(write: Any) -> str:
    """`create`, `update` (of a document as it was read), `merge`, `set`, or `delete`, guarded or blind."""
    guarded = "update_time" in write.current_document
    if write.delete:
        return "guarded-delete" if guarded else "delete"
    if "exists" in write.current_document:
        return "exists" if write.current_document.exists else "create"
    return "update" if guarded else "merge" if "update_mask" in write else "set"
