"""The connections to Stripe: kept, verified, and with no way around them. What was not answered says so."""

from __future__ import annotations

import gzip
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import stripe
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from payments.stripe_http import PooledClient

FOUND = b"HTTP/1.1 200 OK\r\nRequest-Id: req_1\r\nContent-Length: 2\r\n\r\n{}"
Answers = Sequence[bytes]


class Server:
    """Answers the requests of each connection with what is written here, then hangs up."""

    def __init__(self, connections: Sequence[Answers], tls: ssl.SSLContext | None) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.connections = 0
        self.requests: list[bytes] = []
        self._hung_up = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._serve, args=(connections, tls))
        self._thread.start()

    def _serve(self, connections: Sequence[Answers], tls: ssl.SSLContext | None) -> None:
        for answers in connections:
            try:
                accepted, _ = self._listening.accept()
                self.connections += 1
                with tls.wrap_socket(accepted, server_side=True) if tls else accepted as connection:
                    for answer in answers:
                        self.requests.append(connection.recv(65536))
                        connection.sendall(answer)
            except OSError:
                # The client did not want to go on, or nobody comes any more.
                continue
            finally:
                self._hung_up.release()

    def hangs_up(self) -> None:
        """Wait until the present connection is closed."""
        assert self._hung_up.acquire(timeout=10)

    def close(self) -> None:
        with socket.socket() as last:
            # Wakes up whoever still waits for a connection.
            last.connect_ex(("127.0.0.1", self.port))
            self._listening.close()
        self._thread.join()


@contextmanager
def served(*connections: Answers, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(connections, tls)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def client_of(server: Server, scheme: str = "http", host: str = "127.0.0.1") -> Iterator[Callable[..., Any]]:
    base = f"{scheme}://{host}:{server.port}"
    client = PooledClient(base, 5.0)
    yield lambda method="get", body=None: client.request(
        method, f"{base}/v1/x?a=b", {"Authorization": "Bearer k"}, body
    )
    client.close()


def test_one_connection_serves_one_request_after_the_other() -> None:
    with served([FOUND] * 3) as server, client_of(server) as ask:
        for _ in range(3):
            assert ask()[:2] == (b"{}", 200)
        assert server.connections == 1


def test_what_goes_out_is_the_path_with_the_headers_of_the_sdk() -> None:
    with served([FOUND]) as server, client_of(server) as ask:
        ask("post", "amount=5000")
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /v1/x?a=b HTTP/1.1"
    assert b"Authorization: Bearer k" in lines
    assert body == b"amount=5000"


def test_head_and_body_go_out_together(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[bytes] = []
    send = http.client.HTTPConnection.send

    def seen(connection: http.client.HTTPConnection, data: Any) -> None:
        pieces.append(data)
        send(connection, data)

    monkeypatch.setattr(http.client.HTTPConnection, "send", seen)
    with served([FOUND]) as server, client_of(server) as ask:
        ask("post", "amount=5000")
    assert len(pieces) == 1


def test_the_sdk_finds_headers_however_they_are_spelled() -> None:
    with served([FOUND]) as server, client_of(server) as ask:
        headers = ask()[2]
    assert "request-id" in headers
    assert headers["Request-Id"] == headers.get("request-id") == "req_1"


def test_a_compressed_answer_is_read() -> None:
    packed = gzip.compress(b"{}")
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    with served([head.encode() + packed]) as server, client_of(server) as ask:
        assert ask()[0] == b"{}"
    assert b"Accept-Encoding: gzip, deflate" in server.requests[0]


def test_a_redirect_is_not_followed() -> None:
    # It would carry the secret key to wherever it leads.
    with served([FOUND]) as elsewhere:
        moved = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{elsewhere.port}/\r\nContent-Length: 0\r\n\r\n"
        with served([moved.encode()]) as server, client_of(server) as ask:
            assert ask()[1] == 302
        assert elsewhere.requests == []


def test_no_proxy_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with served([FOUND]) as server, client_of(server) as ask:
        assert ask()[1] == 200


UNANSWERED: dict[str, Answers] = {
    "hung up at once": [],
    "hung up after the request": [b""],
    "broke off in the body": [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"],
    "not HTTP": [b"hello\r\n\r\n"],
    "not what it says it is": [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"],
}


@pytest.mark.parametrize("name", UNANSWERED)
def test_what_is_not_a_whole_answer_is_none_and_may_be_asked_again(name: str) -> None:
    with served(UNANSWERED[name], [FOUND]) as server, client_of(server) as ask:
        with pytest.raises(stripe.APIConnectionError) as failed:
            ask("post", "amount=5000")
        assert failed.value.should_retry
        # What was left of the connection is not used again.
        assert ask()[1] == 200
        assert server.connections == 2


def test_nobody_listening_is_no_answer() -> None:
    with served() as server:
        pass
    with client_of(server) as ask, pytest.raises(stripe.APIConnectionError) as failed:
        ask()
    assert failed.value.should_retry


def test_a_connection_that_stripe_closed_meanwhile_is_not_used() -> None:
    with served([FOUND], [FOUND]) as server, client_of(server) as ask:
        assert ask()[1] == 200
        server.hangs_up()
        assert ask()[1] == 200
        assert server.connections == 2


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


class Authority:
    """Signs certificates of servers; its own is in ``bundle``."""

    def __init__(self, folder: Path) -> None:
        self.bundle, self._folder = folder / "bundle.pem", folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        itself = self._certificate("authority", self._key, ca=True)
        self.bundle.write_bytes(itself.public_bytes(serialization.Encoding.PEM))

    def server(self, host: str) -> ssl.SSLContext:
        """What a server at ``host`` shows."""
        key = ec.generate_private_key(ec.SECP256R1())
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        file = self._folder / f"{host}.pem"
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        file.write_bytes(private + self._certificate(host, key, ca=False).public_bytes(pem))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _certificate(self, host: str, key: ec.EllipticCurvePrivateKey, *, ca: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        return (
            x509.CertificateBuilder()
            .subject_name(self._name if ca else name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(_usage(ca=ca), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that the SDK trusts."""
    made = Authority(tmp_path)
    monkeypatch.setattr(stripe, "ca_bundle_path", str(made.bundle))
    return made


def test_a_server_that_the_sdks_authorities_vouch_for_is_asked(authority: Authority) -> None:
    tls = authority.server("localhost")
    with served([FOUND], tls=tls) as server, client_of(server, "https", "localhost") as ask:
        assert ask("post", "amount=5000")[1] == 200


@pytest.mark.parametrize("doubt", ["an authority nobody knows", "another's name"])
def test_any_other_server_is_sent_nothing_and_not_asked_again(authority: Authority, tmp_path: Path, doubt: str) -> None:
    (tmp_path / "other").mkdir()
    signing = Authority(tmp_path / "other") if doubt == "an authority nobody knows" else authority
    tls = signing.server("localhost" if signing is not authority else "elsewhere")
    with served([FOUND], tls=tls) as server, client_of(server, "https", "localhost") as ask:
        with pytest.raises(stripe.APIConnectionError) as failed:
            ask("post", "amount=5000")
        assert not failed.value.should_retry
        assert server.requests == []
