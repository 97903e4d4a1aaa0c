"""The door page of the local stack: the files of hosting/ with the headers that firebase.json says.

Sign-ins and functions are passed on under the page's own address, so that its policy holds here as in production.
"""

import contextlib
import fnmatch
import json
import mimetypes
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx

from devkit import local
from devkit.in_thread import ServerInThread
from devkit.ports import HOST
from devkit.process import ROOT

PAGE = "/door/"
_HOSTING = ROOT / "hosting"
_SIGN_INS = ("/identitytoolkit.googleapis.com/", "/securetoken.googleapis.com/")
_PASSED_ON = ("authorization", "content-type", "accept-language", "x-firebase-appcheck")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


class DoorServer(ServerInThread):
    """Serves on an open, listening socket, which it closes; `url` is where the page is."""

    def __init__(self, listening: socket.socket, *, functions_url: str, sign_ins_host: str) -> None:
        server = ThreadingHTTPServer((HOST, 0), self._handler(), bind_and_activate=False)
        server.socket.close()
        server.socket, server.server_address = listening, listening.getsockname()
        super().__init__(server)
        self.origin = f"http://{HOST}:{listening.getsockname()[1]}"
        self.url = f"{self.origin}{PAGE}"
        self._functions_url, self._sign_ins_url = functions_url, f"http://{sign_ins_host}"
        self._http = httpx.Client(timeout=None, trust_env=False)  # noqa: S113  # the page has time limits of its own

    def stop(self) -> None:
        super().stop()
        self._http.close()

    def _configuration(self, path: str) -> Any:
        """What Firebase Hosting, or the file that is deployed, says of the project."""
        if path == "/__/firebase/init.json":
            return {"projectId": local.PROJECT, "apiKey": "local", "authDomain": HOST}
        if path == f"{PAGE}config.json":
            emulators = {"auth": self.origin, "functions": self.origin}
            return {"region": local.REGION, "recaptcha_site_key": "", "emulators": emulators}
        return None

    def _found(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and content of what is at a path."""
        configuration = self._configuration(path)
        if configuration is not None:
            return 200, "application/json", json.dumps(configuration).encode()
        file = (_HOSTING / path.lstrip("/")).resolve()
        file = file / "index.html" if path.endswith("/") else file
        if not file.is_file() or not file.is_relative_to(_HOSTING):
            return 404, "text/html", (_HOSTING / "404.html").read_bytes()
        return 200, mimetypes.guess_type(file.name)[0] or "application/octet-stream", file.read_bytes()

    def _pass_on(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response | None:
        if path.startswith(_SIGN_INS):
            return self._http.post(self._sign_ins_url + path, content=body, headers=headers)
        if path.startswith(f"/{local.PROJECT}/{local.REGION}/"):
            return self._http.post(self._functions_url + path, content=body, headers=headers)
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if path == PAGE.rstrip("/"):
                    self._answer(301, "text/plain", b"", {"Location": PAGE})
                else:
                    self._answer(*door._found(path), hosting_headers(path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name: value for name in _PASSED_ON if (value := self.headers.get(name))}
                try:
                    answer = door._pass_on(self.path, body, headers)
                except httpx.HTTPError:
                    return self._answer(502, "text/plain", b"it does not answer", {})
                if answer is None:
                    return self._answer(404, "text/plain", b"", {})
                return self._answer(answer.status_code, answer.headers.get("content-type", ""), answer.content, {})

            def _answer(self, status: int, content_type: str, content: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in {"Content-Type": content_type, "Content-Length": len(content), **headers}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                # A page that has waited for long enough is gone.
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Nothing: the browser shows its own requests."""

        return Handler


def hosting_headers(path: str) -> dict[str, str]:
    """The headers that firebase.json gives a path."""
    rows = json.loads((ROOT / "firebase.json").read_text("utf-8"))["hosting"]["headers"]
    matching = [row["headers"] for row in rows if fnmatch.fnmatchcase(path, row["source"].replace("**", "*"))]
    return {header["key"]: header["value"] for headers in matching for header in headers}
