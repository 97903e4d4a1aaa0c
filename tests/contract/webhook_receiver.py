"""A webhook endpoint for tests: records what it gets and answers what it is told to."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from stripe import Event, Webhook

SECRET = "whsec_kippu_local"


class WebhookReceiver:
    """Listens on a free loopback port. `statuses` are answered first, one each, then 200."""

    def __init__(self, *statuses: int) -> None:
        self.received: list[tuple[bytes, str]] = []
        self._statuses = list(statuses)
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(receiver._take(body, self.headers["Stripe-Signature"]))
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhook"

    def events(self, secret: str = SECRET) -> list[Event]:
        """What arrived, verified by the SDK with `secret`."""
        return [Webhook.construct_event(body, header, secret) for body, header in self.received]

    def types(self) -> list[str]:
        """The types that arrived, in order."""
        return [event.type for event in self.events()]

    def __enter__(self) -> WebhookReceiver:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, body: bytes, header: str) -> int:
        with self._lock:
            self.received.append((body, header))
            return self._statuses.pop(0) if self._statuses else 200
