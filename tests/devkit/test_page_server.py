"""The local stack's pages: files under their headers; sign-ins, functions and Firestore under the same address."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import httpx
import jwt
import pytest

from devkit.accounts import PASSWORD
from devkit.page_server import PageServer
from devkit.pages import CONSOLE, DOOR
from devkit.ports import HOST, free_port, listen
from devkit.sign_ins import SignIns

KEY = "?key=local"
SIGN_IN = f"/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword{KEY}"
LOOK_UP = f"/identitytoolkit.googleapis.com/v1/accounts:lookup{KEY}"
REFRESH = f"/securetoken.googleapis.com/v1/token{KEY}"
RESET = f"/identitytoolkit.googleapis.com/v1/accounts:sendOobCode{KEY}"


class Echo(BaseHTTPRequestHandler):
    more = Event()

    def do_GET(self) -> None:
        """One piece at once, and the next when the test wants it."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"first")
        if self.more.wait(30):
            self.wfile.write(b"second")

    def do_POST(self) -> None:
        text = f"{self.path} {self.headers['Authorization']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def functions() -> Iterator[str]:
    """Something that says what was passed on to it."""
    server = ThreadingHTTPServer((HOST, 0), Echo)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://{HOST}:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def door(functions: str, sign_ins: SignIns) -> Iterator[httpx.Client]:
    with (
        PageServer(DOOR, listen(), {"auth": f"http://{sign_ins.host}", "functions": functions}) as server,
        httpx.Client(base_url=server.origin, trust_env=False) as client,
    ):
        yield client


def sign_in(door: httpx.Client, mail: str, password: str = PASSWORD) -> httpx.Response:
    return door.post(SIGN_IN, json={"email": mail, "password": password, "returnSecureToken": True})


def test_the_page_its_files_and_nothing_else(door: httpx.Client) -> None:
    assert door.get("/door").headers["location"] == "/door/"
    page = door.get("/door/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-cache"
    assert door.get("/door/main.js").headers["content-type"] == "text/javascript"
    for path in ("/door/nothing.js", "/..%2ffirebase.json", "/../firebase.json", "/"):
        assert door.get(path).status_code == 404
    assert "content-security-policy" not in door.get("/404.html").headers


def test_a_path_that_climbs_out_is_refused(door: httpx.Client) -> None:
    with socket.create_connection((door.base_url.host, door.base_url.port or 0)) as raw:
        raw.sendall(b"GET /../firebase.json HTTP/1.0\r\n\r\n")
        assert b" 404 " in raw.recv(200)


def test_its_configuration_leads_to_itself(door: httpx.Client) -> None:
    assert door.get("/__/firebase/init.json").json()["projectId"] == "demo-kippu"
    config = door.get("/door/config.json").json()
    assert config["emulators"] == {part: str(door.base_url).rstrip("/") for part in ("auth", "functions")}


def test_calls_are_passed_on_and_nothing_else_is(door: httpx.Client) -> None:
    answer = door.post("/demo-kippu/asia-northeast1/validateTicket", headers={"Authorization": "Bearer x"}, json={})
    assert answer.text == "/demo-kippu/asia-northeast1/validateTicket Bearer x"
    assert door.post("/other/path", json={}).status_code == 404


def test_functions_that_do_not_answer_are_a_bad_gateway() -> None:
    nowhere = f"http://{HOST}:{free_port()}"
    with PageServer(DOOR, listen(), {"functions": nowhere}) as server:
        answer = httpx.post(f"{server.origin}/demo-kippu/asia-northeast1/validateTicket", json={}, trust_env=False)
    assert answer.status_code == 502


def test_what_a_listener_is_told_is_passed_on_at_once(functions: str) -> None:
    path = "/google.firestore.v1.Firestore/Listen/channel?VER=8"
    with (
        PageServer(CONSOLE, listen(), {"firestore": functions}) as server,
        httpx.stream("GET", f"{server.origin}{path}", trust_env=False, timeout=20) as answer,
    ):
        pieces = answer.iter_raw()
        # Its end is not waited for: it comes only now.
        assert next(pieces) == b"first"
        Echo.more.set()
        assert next(pieces) == b"second"


def test_firestore_is_passed_on_to_where_a_page_reads_it_and_its_own_controls_never_are(
    door: httpx.Client, functions: str
) -> None:
    read, controls = "/v1/projects/demo-kippu/databases/x:runQuery", "/emulator/v1/projects/demo-kippu/databases/x"
    assert door.post(read, json={}).status_code == 404
    with PageServer(CONSOLE, listen(), {"firestore": functions}) as server:
        assert httpx.post(f"{server.origin}{read}", json={}, trust_env=False).text.startswith(read)
        assert httpx.post(f"{server.origin}{controls}", json={}, trust_env=False).status_code == 404


def test_the_console_has_its_policy_on_every_path_and_its_own_configuration(functions: str) -> None:
    with PageServer(CONSOLE, listen(), {"firestore": functions}) as server:
        for path, status in (("/", 200), ("/main.js", 200), ("/nothing.js", 404)):
            answer = httpx.get(f"{server.origin}{path}", trust_env=False)
            assert answer.status_code == status
            assert "default-src 'none'" in answer.headers["content-security-policy"]
        config = httpx.get(f"{server.origin}/config.json", trust_env=False).json()
    assert (config["region"], config["emulators"]) == ("asia-northeast1", {"firestore": server.origin})


@pytest.mark.parametrize(
    ("mail", "uid", "admin"),
    [
        ("staff-1@kippu.test", "staff-1", None),
        ("organizer-1@kippu.test", "organizer-1", None),
        ("admin@kippu.test", "admin", True),
        ("support@kippu.test", "support", None),
    ],
)
def test_an_account_signs_in_is_found_and_stays_signed_in(
    door: httpx.Client, sign_ins: SignIns, mail: str, uid: str, admin: bool | None
) -> None:
    sign_ins.reset()
    signed_in = sign_in(door, mail).json()
    claims = jwt.decode(signed_in["idToken"], options={"verify_signature": False})
    assert (claims["sub"], claims.get("admin"), claims["email"]) == (uid, admin, mail)
    [user] = door.post(LOOK_UP, json={"idToken": signed_in["idToken"]}).json()["users"]
    assert (user["localId"], user["email"]) == (uid, mail)
    form = {"grant_type": "refresh_token", "refresh_token": signed_in["refreshToken"]}
    refreshed = door.post(REFRESH, data=form).json()
    assert jwt.decode(refreshed["id_token"], options={"verify_signature": False})["sub"] == uid


def test_whoever_has_no_account_or_another_password_is_refused_alike(door: httpx.Client, sign_ins: SignIns) -> None:
    sign_ins.reset()
    for mail, password in (("staff-1@kippu.test", "wrong"), ("nobody@kippu.test", "kippu-local")):
        refused = sign_in(door, mail, password)
        assert (refused.status_code, refused.json()["error"]["message"]) == (400, "INVALID_LOGIN_CREDENTIALS")
    assert door.post(RESET, json={"requestType": "PASSWORD_RESET", "email": "nobody@kippu.test"}).status_code == 200


def test_a_deleted_account_is_signed_in_no_longer(door: httpx.Client, sign_ins: SignIns) -> None:
    sign_ins.reset()
    token = sign_in(door, "staff-1@kippu.test").json()["idToken"]
    sign_ins.deleted.append("staff-1")
    assert sign_in(door, "staff-1@kippu.test").status_code == 400
    assert door.post(LOOK_UP, json={"idToken": token}).status_code == 400
    assert door.post(REFRESH, data={"refresh_token": "staff-1"}).status_code == 400
    sign_ins.reset()
