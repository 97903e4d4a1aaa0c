"""The pages of the local stack: the files of a Hosting site under the headers that firebase.json says.

Sign-ins, functions and Firestore are passed on under the page's own address, so that its policy holds here as in
production. What Firestore tells its listeners is passed on as it comes.
"""

import contextlib
import json
import mimetypes
import socket
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx

from devkit import local
from devkit.in_thread import ServerInThread
from devkit.pages import Page
from devkit.ports import HOST

_PASSED_ON = ("authorization", "content-type", "accept-language", "x-firebase-appcheck")
# As in production: who calls is said by a token that no browser adds by itself.
_FROM_ANYWHERE = {"Access-Control-Allow-Origin": "*"}
# Each listener keeps an answer open; nothing here is worth a time limit, as the page has its own.
_UNLIMITED = httpx.Limits(max_connections=None, max_keepalive_connections=20)
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("application/manifest+json", ".webmanifest")


class PageServer(ServerInThread):
    """Serves `page` on an open, listening socket, which it closes; `url` is where the page is.

    `parts` are the addresses of what its SDK talks to: `auth`, `functions` and, if it reads that, `firestore`.
    """

    def __init__(self, page: Page, listening: socket.socket, parts: Mapping[str, str]) -> None:
        server = ThreadingHTTPServer((HOST, 0), self._handler(), bind_and_activate=False)
        server.socket.close()
        server.socket, server.server_address = listening, listening.getsockname()
        super().__init__(server)
        self.origin = f"http://{HOST}:{listening.getsockname()[1]}"
        self.url = f"{self.origin}{page.path}"
        self._page, self._parts = page, parts
        self._http = httpx.Client(timeout=None, limits=_UNLIMITED, trust_env=False)  # noqa: S113

    def stop(self) -> None:
        super().stop()
        self._http.close()

    def _configuration(self, path: str) -> Any:
        """What Firebase Hosting, or the file that is deployed, says of the project."""
        if path == "/__/firebase/init.json":
            return {"projectId": local.PROJECT, "apiKey": "local", "authDomain": HOST}
        if path == f"{self._page.path}config.json":
            deployed = json.loads((self._page.folder / "config.json").read_text("utf-8"))
            return {**deployed, "region": local.REGION, "emulators": dict.fromkeys(self._parts, self.origin)}
        return None

    def _found(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and content of what is at a path."""
        configuration = self._configuration(path)
        if configuration is not None:
            return 200, "application/json", json.dumps(configuration).encode()
        site = self._page.site
        file = (site / path.lstrip("/")).resolve()
        file = file / "index.html" if path.endswith("/") else file
        if not file.is_file() or not file.is_relative_to(site):
            return 404, "text/html", (site / "404.html").read_bytes()
        return 200, mimetypes.guess_type(file.name)[0] or "application/octet-stream", file.read_bytes()

    def _part(self, path: str) -> str | None:
        """The address of the part that a path belongs to."""
        starts = {
            "/identitytoolkit.googleapis.com/": "auth",
            "/securetoken.googleapis.com/": "auth",
            # Where the SDKs of phones look for it.
            "/www.googleapis.com/identitytoolkit/": "auth",
            f"/{local.PROJECT}/{local.REGION}/": "functions",
            "/google.firestore.v1.Firestore/": "firestore",
            f"/v1/projects/{local.PROJECT}/databases/": "firestore",
        }
        return next((self._parts.get(part) for start, part in starts.items() if path.startswith(start)), None)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pages = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if part := pages._part(path):
                    self._pass_on(part)
                elif pages._page.path == f"{path}/":
                    self._answer(301, "text/plain", b"", {"Location": pages._page.path})
                else:
                    self._answer(*pages._found(path), pages._page.headers(path))

            def do_POST(self) -> None:
                if part := pages._part(self.path):
                    self._pass_on(part)
                else:
                    self.close_connection = True  # its body stays unread
                    self._answer(404, "text/plain", b"", {})

            def do_OPTIONS(self) -> None:
                """A web app of another address asks before it signs somebody in."""
                if pages._part(self.path):
                    asked = self.headers.get("Access-Control-Request-Headers", "*")
                    allowed = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": asked}
                    self._answer(204, "text/plain", b"", {**_FROM_ANYWHERE, **allowed})
                else:
                    self._answer(404, "text/plain", b"", {})

            def _pass_on(self, part: str) -> None:
                headers = {name: value for name in _PASSED_ON if (value := self.headers.get(name))}
                asked: dict[str, Any] = {"headers": {**headers, "accept-encoding": "identity"}}
                if self.command == "POST":
                    asked["content"] = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                try:
                    with pages._http.stream(self.command, f"{part}{self.path}", **asked) as answer:
                        self._stream(answer)
                except httpx.ConnectError:
                    self._answer(502, "text/plain", b"it does not answer", {})
                # A page that has waited for long enough is gone, and so is a part that is stopped.
                except (httpx.HTTPError, RuntimeError, OSError):
                    self.close_connection = True

            def _stream(self, answer: httpx.Response) -> None:
                self.send_response(answer.status_code)
                self.send_header("Content-Type", answer.headers.get("content-type", ""))
                self.send_header("Transfer-Encoding", "chunked")
                for name, value in _FROM_ANYWHERE.items():
                    self.send_header(name, value)
                self.end_headers()
                for piece in filter(None, answer.iter_raw()):
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.write(b"0\r\n\r\n")

            def _answer(self, status: int, content_type: str, content: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in {"Content-Type": content_type, "Content-Length": len(content), **headers}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Nothing: the browser shows its own requests."""

        return Handler
