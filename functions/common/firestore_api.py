"""The two requests to Firestore that serving a call makes, over a channel of their own: read by id, and commit.

They go out as the generated messages of Firestore's API. A read is one answer here, not a stream: its whole is
repeated if it breaks off, and the thread that asks for it also receives it, where the client library hands each
message from one thread to another.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import grpc  # type: ignore[import-untyped]  # its stubs are not a requirement
from google.api_core import exceptions
from google.api_core.gapic_v1.client_info import ClientInfo
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

TIMEOUT_SECONDS = 10.0
"""Of a request, with all its repetitions."""
REPEATED_FOR_SECONDS = TIMEOUT_SECONDS
"""How long a request is repeated while Firestore is away. The client's own retries go on for a minute, longer than an
app waits."""
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 1.0

_SERVICE = "/google.firestore.v1.Firestore/"
_OPTIONS = (
    ("grpc.keepalive_time_ms", 30_000),
    (grpc.experimental.ChannelOptions.SingleThreadedUnaryStream, 1),
)
_BatchGet: Any = types.BatchGetDocumentsRequest.pb()
_Found: Any = types.BatchGetDocumentsResponse.pb()
_Commit: Any = types.CommitRequest.pb()
_Committed: Any = types.CommitResponse.pb()


def _emulator() -> str | None:
    return os.environ.get("FIRESTORE_EMULATOR_HOST")


def channel(host: str = FirestoreGrpcTransport.DEFAULT_HOST) -> Any:
    """A channel to the emulator if there is one, else to Firestore, with the process's own credentials."""
    if emulator := _emulator():
        return grpc.insecure_channel(emulator, _OPTIONS)
    return FirestoreGrpcTransport.create_channel(host, options=_OPTIONS)


class FirestoreApi:
    """Sends both requests. A commit is as safe to repeat as a read: its preconditions let it take effect once."""

    def __init__(self, channel: Any, database: str) -> None:
        """Of ``database``: ``projects/{project}/databases/{database}``."""
        self._channel = channel
        self._database = database
        # Google routes a request by its headers. The emulator lets whoever says so stand above the rules.
        self._metadata = (
            ("google-cloud-resource-prefix", database),
            ("x-goog-request-params", f"database={database}"),
            ClientInfo().to_grpc_metadata(),  # type: ignore[no-untyped-call]
            *((("authorization", "Bearer owner"),) if _emulator() else ()),
        )
        read = channel.unary_stream(
            f"{_SERVICE}BatchGetDocuments",
            request_serializer=_BatchGet.SerializeToString,
            response_deserializer=_Found.FromString,
        )
        self._read = _named(lambda request, **keywords: list(read(request, **keywords)))
        self._commit = _named(
            channel.unary_unary(
                f"{_SERVICE}Commit",
                request_serializer=_Commit.SerializeToString,
                response_deserializer=_Committed.FromString,
            )
        )

    def batch_get_documents(self, names: Sequence[str], fields: Sequence[str] | None) -> list[Any]:
        """The ``BatchGetDocumentsResponse`` of each document, in any order; of ``fields`` only, which are paths."""
        request = _BatchGet(database=self._database, documents=names)
        if fields is not None:
            request.mask.field_paths.extend(fields)
        answers: list[Any] = self._send(self._read, request)
        return answers

    def commit(self, writes: Sequence[Any]) -> Any:
        """The ``CommitResponse`` to ``Write``s."""
        return self._send(self._commit, _Commit(database=self._database, writes=writes))

    def close(self) -> None:
        """Give the connection back."""
        self._channel.close()

    def _send(self, method: Callable[..., Any], request: Any) -> Any:
        """Send it, again while Firestore is away, each time with what is left of the time."""
        began, left, pause = time.monotonic(), TIMEOUT_SECONDS, _FIRST_PAUSE_SECONDS
        while True:
            try:
                return method(request, metadata=self._metadata, timeout=left)
            except exceptions.ServiceUnavailable as error:
                wait = random.uniform(0, pause)  # noqa: S311  # jitter, not a secret
                left = REPEATED_FOR_SECONDS - (time.monotonic() - began) - wait
                if left <= 0:
                    raise exceptions.RetryError("repeated in vain", error) from error  # type: ignore[no-untyped-call]
            time.sleep(wait)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _named(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method with its failures named as the client libraries name them."""

    def send(*arguments: Any, **keywords: Any) -> Any:
        try:
            return method(*arguments, **keywords)
        except grpc.RpcError as error:
            raise exceptions.from_grpc_error(error) from error  # type: ignore[no-untyped-call]

    return send
