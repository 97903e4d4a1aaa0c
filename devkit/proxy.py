"""The stack's one public port: the webhook goes to its own worker, everything else to the other.

Run as `python -m devkit.proxy FD CALLABLES_SOCKET WEBHOOK_SOCKET`: the inherited listening socket, and the Unix
sockets that the workers serve on.
"""

import sys
from typing import Any

import httpx
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from werkzeug.http import is_hop_by_hop_header

from devkit.local import WEBHOOK


class Proxy:
    """ASGI application that passes each request on, unchanged, to the worker its path belongs to."""

    def __init__(self, callables: str, webhook: str) -> None:
        self._callables, self._webhook = _client(callables), _client(webhook)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            answer = await self._pass_on(Request(scope, receive))
        except httpx.HTTPError as error:
            answer = PlainTextResponse(f"the functions do not answer: {error!r}\n", 502)
        await answer(scope, receive, send)

    async def _pass_on(self, request: Request) -> Response:
        client = self._webhook if request.url.path.endswith(f"/{WEBHOOK}") else self._callables
        target = b"?".join(filter(None, (request.scope["raw_path"], request.scope["query_string"])))
        has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
        found = await client.request(
            request.method,
            httpx.URL("http://functions", raw_path=target),
            headers=_passed_on(request.headers.raw),
            content=request.stream() if has_body else None,
        )
        answer = Response(found.content, found.status_code)
        answer.raw_headers = _passed_on(found.headers.raw)
        return answer


def _client(unix_socket: str) -> httpx.AsyncClient:
    # A connection for each request: gunicorn drops one, without saying so, on which a function left a body unread.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    transport = httpx.AsyncHTTPTransport(uds=unix_socket, limits=limits)
    # A hung function is what some tests look for: only the caller decides how long to wait.
    return httpx.AsyncClient(transport=transport, timeout=None)  # noqa: S113


def _passed_on(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if not is_hop_by_hop_header(name.decode())]


if __name__ == "__main__":
    fd, *sockets = sys.argv[1:]
    quiet: Any = {"log_level": "warning", "access_log": False, "server_header": False, "date_header": False}
    uvicorn.run(Proxy(*sockets), fd=int(fd), lifespan="off", timeout_graceful_shutdown=2, **quiet)
