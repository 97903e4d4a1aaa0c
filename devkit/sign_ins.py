"""Firebase Authentication's part in the local stack: pages sign in at it, and it deletes sign-ins.

The functions take unsigned tokens of any uid, whoever has an account here. What the Admin SDK asks is answered as the
Auth emulator does: a uid can be deleted once, and is unknown from then on. ``make e2e`` has that one. What a page
asks is answered in ``accounts``.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from devkit import accounts
from devkit.in_thread import ServerInThread
from devkit.ports import HOST

_NOT_FOUND = {"error": {"code": 400, "message": "USER_NOT_FOUND"}}
_OUT_OF_ORDER = {"error": {"code": 503, "message": "UNAVAILABLE"}}


class SignIns(ServerInThread):
    """Serves on a free port of loopback: `host` is `address:port`, as `FIREBASE_AUTH_EMULATOR_HOST` wants it.

    Attributes:
        deleted: the uids whose sign-ins were deleted.
        again: those of them that signed in again since.
        addresses: mail addresses by uid.
        out_of_order: whether every request fails.
    """

    def __init__(self) -> None:
        self.reset()
        super().__init__(ThreadingHTTPServer((HOST, 0), self._handler()))
        self.host = f"{HOST}:{self._server.server_port}"

    def reset(self) -> None:
        """Nobody's sign-in was deleted."""
        self.deleted: list[str] = []
        self.again: set[str] = set()
        self.addresses: dict[str, str] = {}
        self.out_of_order = False

    def _answer(self, path: str, body: str) -> tuple[int, dict[str, Any]]:
        if self.out_of_order:
            return 503, _OUT_OF_ORDER
        gone = {uid for uid in self.deleted if uid not in self.again}
        if path.endswith("/v1/token"):
            return accounts.refresh(body, gone)
        asked = json.loads(body)
        if path.endswith("accounts:signInWithPassword"):
            return accounts.sign_in(asked, gone)
        if path.endswith("accounts:sendOobCode"):
            return accounts.send_mail(asked)
        if path.endswith("accounts:lookup") and "idToken" in asked:
            return accounts.look_up(asked["idToken"], gone)
        if path.endswith("accounts:lookup"):
            found = [uid for uid in asked["localId"] if uid in self.again or uid in self.addresses]
            users = [{"localId": uid, "email": self.addresses.get(uid)} for uid in found]
            return 200, {"kind": "identitytoolkit#GetAccountInfoResponse", "users": users}
        if not path.endswith("accounts:delete"):
            return 404, {"error": {"code": 404, "message": "NOT_FOUND"}}
        uid = asked["localId"]
        if uid in gone:
            return 400, _NOT_FOUND
        self.again.discard(uid)
        self.deleted.append(uid)
        return 200, {"kind": "identitytoolkit#DeleteAccountResponse"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sign_ins = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                # A page's SDK puts its API key behind the path.
                status, answer = sign_ins._answer(self.path.partition("?")[0], body.decode())
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: Any) -> None:
                """Nothing: what it did can be asked of it."""

        return Handler
