"""Firebase Authentication's part in the local stack: apps and pages sign in at it, and it deletes sign-ins.

The functions take unsigned tokens of any uid, whoever has an account here. What the Admin SDK asks is answered as the
Auth emulator does: a uid can be deleted once, and is unknown from then on. ``make e2e`` has that one. What an app or a
page asks is answered in ``accounts``.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from devkit.accounts import Accounts, Answer, send_mail
from devkit.in_thread import ServerInThread
from devkit.ports import HOST

_NOT_FOUND = {"error": {"code": 400, "message": "USER_NOT_FOUND"}}
_OUT_OF_ORDER = {"error": {"code": 503, "message": "UNAVAILABLE"}}
_LEGACY = {
    "deleteAccount": "delete",
    "getAccountInfo": "lookup",
    "getOobConfirmationCode": "sendOobCode",
    "setAccountInfo": "update",
    "signupNewUser": "signUp",
    "verifyPassword": "signInWithPassword",
}
"""What the SDKs of phones call the methods of accounts, below relyingparty/."""


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
        self._accounts = Accounts()

    def _answer(self, path: str, body: str) -> Answer:
        if self.out_of_order:
            return 503, _OUT_OF_ORDER
        for uid in self._gone:
            self._accounts.delete(uid)
        if path.endswith("/v1/token"):
            return self._accounts.refresh(body)
        last = path.rpartition("/")[2]
        method = _LEGACY.get(last, last.removeprefix("accounts:"))
        asked = json.loads(body)
        match method:
            case "signInWithPassword":
                return self._accounts.sign_in(asked)
            case "signUp":
                return self._accounts.sign_up(asked)
            case "update":
                return self._accounts.update(asked)
            case "sendOobCode":
                return send_mail(asked)
            case "lookup":
                return self._accounts.look_up(asked) if "idToken" in asked else self._found(asked["localId"])
            case "delete":
                return self._delete(asked)
        return 404, {"error": {"code": 404, "message": "NOT_FOUND"}}

    @property
    def _gone(self) -> set[str]:
        return {uid for uid in self.deleted if uid not in self.again}

    def _found(self, uids: list[str]) -> Answer:
        """What the Admin SDK asks about."""
        found = [uid for uid in uids if uid in self.again or uid in self.addresses]
        users = [{"localId": uid, "email": self.addresses.get(uid)} for uid in found]
        return 200, {"kind": "identitytoolkit#GetAccountInfoResponse", "users": users}

    def _delete(self, asked: dict[str, Any]) -> Answer:
        """By the Admin SDK, or by the account itself."""
        own = self._accounts.of_token(asked)
        uid = asked.get("localId", own and own.uid)
        if uid is None or uid in self._gone:
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
