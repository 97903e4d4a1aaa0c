"""The Stripe simulator behind a key that lacks rights: what it may not do is answered 403, as Stripe does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import httpx

_REFUSAL = {
    "error": {
        "type": "invalid_request_error",
        "message": "The provided key 'rk_test_***' does not have the required permissions for this endpoint.",
    }
}


@contextmanager
def lacking(base: str, method: str, part: str) -> Iterator[str]:
    """The simulator at `base`, but requests of this method with this in their address are refused."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.command == method and part in unquote(self.path):
                self._answer(403, json.dumps(_REFUSAL).encode())
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            answer = httpx.request(self.command, base + self.path, content=content, headers=headers, trust_env=False)
            self._answer(answer.status_code, answer.content)

        do_GET = do_POST = _serve  # noqa: N815

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
