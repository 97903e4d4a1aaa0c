"""The stack's front door: one public port, the webhook to its own worker, everything else to the other.

Run as `python -m devkit.proxy FD CALLABLES_SOCKET WEBHOOK_SOCKET`, where FD is the inherited listening socket
and the others are the Unix sockets that the workers serve on.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import uvicorn

from devkit.local import READY_PATH, WEBHOOK

_Receive = Callable[[], Awaitable[dict[str, Any]]]
_Send = Callable[[dict[str, Any]], Awaitable[None]]

# gunicorn drops a connection, without saying so, on which an application left more than this unread.
_READ_TO_THE_END = 64 * 1024

# They belong to one connection, not to the message that is passed on (RFC 9110, 7.6.1).
_HOP_BY_HOP = {
    b"connection",
    b"keep-alive",
    b"proxy-connection",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
}


class Proxy:
    """ASGI application that passes each request, unchanged, to the worker its path belongs to."""

    def __init__(self, callables: str, webhook: str) -> None:
        self._callables = _client(callables)
        self._webhook = _client(webhook)

    async def __call__(self, scope: dict[str, Any], receive: _Receive, send: _Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        try:
            if path == READY_PATH:
                # Ready means both workers: ask the one that the ordinary route would not.
                (await self._webhook.get(READY_PATH)).raise_for_status()
            client = self._webhook if path.rsplit("/", 1)[-1] == WEBHOOK else self._callables
            await _pass_on(client, scope, receive, send)
        except httpx.HTTPError as error:
            await _answer(send, 502, f"the functions do not answer: {error!r}\n".encode())


def _client(unix_socket: str) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(uds=unix_socket, limits=httpx.Limits(max_connections=None))
    # A hung function is what some tests look for: only the caller decides how long to wait.
    return httpx.AsyncClient(transport=transport, base_url="http://functions", timeout=None)  # noqa: S113


async def _pass_on(client: httpx.AsyncClient, scope: dict[str, Any], receive: _Receive, send: _Send) -> None:
    query = scope["query_string"].decode("latin-1")
    target = f"http://functions{scope['raw_path'].decode('latin-1')}" + (f"?{query}" if query else "")
    headers = [(name, value) for name, value in scope["headers"] if name not in _HOP_BY_HOP]
    if int(dict(scope["headers"]).get(b"content-length", b"0")) > _READ_TO_THE_END:
        headers.append((b"connection", b"close"))
    chunked = any(name == b"transfer-encoding" for name, _ in scope["headers"])
    has_body = chunked or any(name == b"content-length" for name, _ in scope["headers"])
    request = httpx.Request(scope["method"], target, headers=headers, content=_body(receive) if has_body else None)
    answer = await client.send(request, stream=True)
    try:
        await send({"type": "http.response.start", "status": answer.status_code, "headers": _kept(answer)})
        async for part in answer.aiter_raw():
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        await answer.aclose()


def _kept(answer: httpx.Response) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in answer.headers.raw if name.lower() not in _HOP_BY_HOP]


async def _body(receive: _Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


async def _answer(send: _Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def main() -> None:
    """Serve until SIGTERM."""
    listening = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(
        Proxy(sys.argv[2], sys.argv[3]),
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
