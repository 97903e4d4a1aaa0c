"""A Firestore that fails as often as it is told to, and notes how long each request was ready to wait."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.cloud.firestore_v1 import types

from devkit.ports import HOST


class ScriptedFirestore(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Has no documents and takes every commit, after so many failures.

    Attributes:
        failures: the statuses with which it refuses the next requests.
        breaks_off: whether a read ends after its first document.
        headers: of each request.
        patience: of each request, for how many seconds it would have waited.
    """

    def __init__(self, certificate: Any = None) -> None:
        """Unencrypted, as the emulator is, without a ``certificate``."""
        self.breaks_off = False
        self.failures: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.patience: list[float] = []
        self._server = server = grpc.server(ThreadPoolExecutor(2), handlers=[self])
        anywhere = f"{HOST}:0"
        plain = certificate is None
        self.port = server.add_insecure_port(anywhere) if plain else server.add_secure_port(anywhere, certificate)
        self.host = f"{HOST}:{self.port}"

    def __enter__(self) -> ScriptedFirestore:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()

    def service(self, details: Any) -> Any:
        if details.method.endswith("/BatchGetDocuments"):
            return grpc.unary_stream_rpc_method_handler(self._read)
        return grpc.unary_unary_rpc_method_handler(self._commit)

    def _read(self, request: bytes, context: Any) -> Iterator[bytes]:
        self._met(context)
        asked = types.BatchGetDocumentsRequest.deserialize(request)
        for name in asked.documents:
            yield types.BatchGetDocumentsResponse.serialize(types.BatchGetDocumentsResponse(missing=name))
            if self.breaks_off:
                context.abort(grpc.StatusCode.UNAVAILABLE, "as told")

    def _commit(self, _: bytes, context: Any) -> bytes:
        self._met(context)
        answer: bytes = types.CommitResponse.serialize(types.CommitResponse())
        return answer

    def _met(self, context: Any) -> None:
        self.patience.append(context.time_remaining())
        self.headers.append(dict(context.invocation_metadata()))
        if self.failures:
            context.abort(grpc.StatusCode[self.failures.pop(0)], "as told")
