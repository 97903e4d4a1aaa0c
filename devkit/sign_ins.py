"""Firebase Authentication's part in the local stack: deletes sign-ins, and knows which were deleted.

The stack takes unsigned tokens of any uid, so it does not know who can sign in. What the Admin SDK asks of it is
answered as the Auth emulator does: a uid can be deleted once, and is unknown from then on. ``make e2e`` has that one.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from devkit.ports import HOST
from devkit.process import Stoppable

_NOT_FOUND = {"error": {"code": 400, "message": "USER_NOT_FOUND"}}
_OUT_OF_ORDER = {"error": {"code": 503, "message": "UNAVAILABLE"}}


class SignIns(Stoppable):
    """Serves on a free port of loopback: `host` is `address:port`, as `FIREBASE_AUTH_EMULATOR_HOST` wants it.

    Attributes:
        deleted: the uids whose sign-ins were deleted.
        again: those of them that signed in again since.
        addresses: mail addresses by uid.
        out_of_order: whether every request fails.
    """

    def __init__(self) -> None:
        self.reset()
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.host = f"{HOST}:{self._server.server_port}"

    def reset(self) -> None:
        """Nobody's sign-in was deleted."""
        self.deleted: list[str] = []
        self.again: set[str] = set()
        self.addresses: dict[str, str] = {}
        self.out_of_order = False

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def _answer(self, path: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.out_of_order:
            return 503, _OUT_OF_ORDER
        if path.endswith("accounts:lookup"):
            found = [uid for uid in asked["localId"] if uid in self.again or uid in self.addresses]
            users = [{"localId": uid, "email": self.addresses.get(uid)} for uid in found]
            return 200, {"kind": "identitytoolkit#GetAccountInfoResponse", "users": users}
        if not path.endswith("accounts:delete"):
            return 404, {"error": {"code": 404, "message": "NOT_FOUND"}}
        uid = asked["localId"]
        if uid in self.deleted and uid not in self.again:
            return 400, _NOT_FOUND
        self.again.discard(uid)
        self.deleted.append(uid)
        return 200, {"kind": "identitytoolkit#DeleteAccountResponse"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sign_ins = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer = sign_ins._answer(self.path, json.loads(body))
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: Any) -> None:
                """Nothing: what it did can be asked of it."""

        return Handler
