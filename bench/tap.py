"""What a program in another language asks Firestore for: a relay to the emulator that notes what it passes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc  # type: ignore[import-untyped]  # its stubs are not a requirement
from google.cloud.firestore_v1.types import firestore

from bench.wire import Request
from devkit.ports import HOST

_STREAMED = {"BatchGetDocuments", "RunQuery"}


class Tap:
    """The relay's address, and what it has passed on so far."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.requests: list[Request] = []


class _Relay(grpc.GenericRpcHandler):  # type: ignore[misc]
    def __init__(self, emulator: grpc.Channel, seen: Callable[[Request], None]) -> None:
        self._emulator, self._seen = emulator, seen

    def service(self, details: Any) -> Any:
        name = details.method.rsplit("/", 1)[-1]
        ask = self._emulator.unary_stream if name in _STREAMED else self._emulator.unary_unary
        ask = ask(details.method)

        def pass_on(message: bytes, context: Any) -> Any:
            self._seen(Request(name, getattr(firestore, f"{name}Request").deserialize(message)))
            return ask(message, metadata=context.invocation_metadata())

        handler = grpc.unary_stream_rpc_method_handler if name in _STREAMED else grpc.unary_unary_rpc_method_handler
        return handler(pass_on)


@contextmanager
def tap(emulator_host: str) -> Iterator[Tap]:
    """Relay to the emulator at `emulator_host` until the block ends."""
    server = grpc.server(ThreadPoolExecutor(4))
    found = Tap(f"{HOST}:{server.add_insecure_port(f'{HOST}:0')}")
    with grpc.insecure_channel(emulator_host) as emulator:
        server.add_generic_rpc_handlers((_Relay(emulator, found.requests.append),))
        server.start()
        try:
            yield found
        finally:
            server.stop(None).wait()
