"""The two requests to Firestore that serving a call makes, over a channel of their own: read by id, and commit.

They go out as the generated messages of Firestore's API. A read is one answer here, not a stream: its whole is
repeated if it breaks off, and the thread that asks for it also receives it, where the client library hands each
message from one thread to another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import grpc  # type: ignore[import-untyped]  # its stubs are not a requirement
from google.api_core import exceptions
from google.api_core.gapic_v1.client_info import ClientInfo
from google.api_core.retry import Retry
from google.api_core.timeout import TimeToDeadlineTimeout
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

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
    """Sends both requests, each attempt with what is left of a time that one of them may take."""

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

    def batch_get_documents(
        self, names: Sequence[str], fields: Sequence[str] | None, retry: Retry, seconds: float
    ) -> list[Any]:
        """The ``BatchGetDocumentsResponse`` of each document, in any order; of ``fields`` only, which are paths."""
        request = _BatchGet(database=self._database, documents=names)
        if fields is not None:
            request.mask.field_paths.extend(fields)
        answers: list[Any] = self._send(self._read, request, retry, seconds)
        return answers

    def commit(self, writes: Sequence[Any], retry: Retry, seconds: float) -> Any:
        """The ``CommitResponse`` to ``Write``s."""
        return self._send(self._commit, _Commit(database=self._database, writes=writes), retry, seconds)

    def close(self) -> None:
        """Give the connection back."""
        self._channel.close()

    def _send(self, method: Callable[..., Any], request: Any, retry: Retry, seconds: float) -> Any:
        # Counts from here, so it is made for each request.
        in_time = TimeToDeadlineTimeout(seconds)(method)  # type: ignore[no-untyped-call]
        return retry(in_time)(request, metadata=self._metadata)


def _named(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method with its failures named as the client libraries name them."""

    def send(*arguments: Any, **keywords: Any) -> Any:
        try:
            return method(*arguments, **keywords)
        except grpc.RpcError as error:
            raise exceptions.from_grpc_error(error) from error  # type: ignore[no-untyped-call]

    return send
