"""Bodies no SDK sends: each is refused by every callable as invalid, with a reason, and changes nothing."""

from __future__ import annotations

import gzip
import json
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from devkit import local
from devkit.client import call_headers
from devkit.stack import Stack
from tests.http.client import CALLABLES, HttpClient
from tests.http.failures import failure
from tests.support.stripe_side import body_of, signature

pytestmark = pytest.mark.usefixtures("fresh")
HEADERS = call_headers("u1", {"admin": True})
LIMIT = 64 * 1024
WEBHOOK_LIMIT = 1024 * 1024
Sent = Callable[[bytes], bytes | Iterator[bytes]]

BODIES = {
    "nothing": b"",
    "cut short": b'{"data": {',
    "two documents": b'{"data": {}} {"data": {}}',
    "trailing comma": b'{"data": {},}',
    "single quotes": b"{'data': {}}",
    "a list": b"[]",
    "a list of requests": b'[{"data": {}}]',
    "a string": b'"data"',
    "a number": b"1",
    "null": b"null",
    "no data": b"{}",
    "other case": b'{"Data": {}}',
    "extra key": b'{"data": {}, "instanceIdToken": "x"}',
    "extra key with a lone surrogate": rb'{"data": {}, "\ud800": "x"}',
    "data twice": b'{"data": {}, "data": 1}',
    "data null": b'{"data": null}',
    "data a list": b'{"data": []}',
    "data a string": b'{"data": "x"}',
    "data a number": b'{"data": 1}',
    "data true": b'{"data": true}',
    "data NaN": b'{"data": NaN}',
    "empty data": b'{"data": {}}',
    "NaN": b'{"data": {"amount": NaN, "count": NaN}}',
    "infinity": b'{"data": {"amount": Infinity, "count": -Infinity}}',
    "beyond floats": b'{"data": {"amount": 1e400, "count": -1e400}}',
    "a number of 5,000 digits": b'{"data": {"amount": ' + b"9" * 5_000 + b"}}",
    "a number of 4,000 digits": b'{"data": {"amount": ' + b"9" * 4_000 + b"}}",
    "not UTF-8": b'{"data": {"ticket_code": "\xff\xfe\xfa"}}',
    "overlong UTF-8": b'{"data": {"ticket_code": "\xc0\xaf"}}',
    "surrogates in UTF-8": b'{"data": {"ticket_code": "\xed\xa0\x80"}}',
    "UTF-16": '{"data": {}}'.encode("utf-16"),
    "UTF-32": '{"data": {}}'.encode("utf-32"),
    "byte order mark": b'\xef\xbb\xbf{"data": {}}',
    "NUL after": b'{"data": {}}\x00',
    "NUL as a key": rb'{"data": {"\u0000": 1}}',
    "lone surrogate as a key": rb'{"data": {"\ud800": 1}}',
    "lone surrogate as a value": rb'{"data": {"note": "\udfff"}}',
    "proto": b'{"data": {"__proto__": {}, "constructor": {}, "model_config": {}, "__class__": "x"}}',
    "typed values": b'{"data": {"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": "x"}}',
    "deeply nested lists": b'{"data": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "deeply nested objects": b'{"data": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}",
    "nested without an end": b'{"data": ' + b"[" * 60_000,
    "too large by one": json.dumps({"data": {"note": ""}}).encode().ljust(LIMIT + 1),
    "a megabyte": json.dumps({"data": {"note": "x" * 1_000_000}}).encode(),
    "eleven megabytes": json.dumps({"data": {"note": "x" * 11_000_000}}).encode(),
    "many keys": json.dumps({"data": {f"k{n}": n for n in range(4_000)}}).encode(),
    "compressed": gzip.compress(b'{"data": {}}'),
}

EMPTY = {"data null", "empty data", "UTF-16", "UTF-32", "byte order mark"}
"""Whole requests, to a function that needs no field."""
WITHOUT_FIELDS = {"deleteAccount", "getUserTickets", "searchEvents"}


def chunked(body: bytes) -> Iterator[bytes]:
    """The body in pieces, sent without saying how long it is."""
    return (body[start : start + 3_000] for start in range(0, len(body), 3_000))


def refused(answer: httpx.Response) -> None:
    assert answer.status_code == 400, (answer.status_code, answer.text[:300])
    found = failure(answer)
    assert (found.status, found.reason) == ("INVALID_ARGUMENT", "INVALID_ARGUMENT")
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("body", BODIES)
def test_body(http: HttpClient, body: str) -> None:
    for name in CALLABLES:
        if body not in EMPTY or name not in WITHOUT_FIELDS:
            refused(http.post(name, BODIES[body], HEADERS))


@pytest.mark.usefixtures("untouched")
def test_any_depth_of_nesting(http: HttpClient) -> None:
    """Also the few depths at which one parser gives up and another, a few calls higher, does not."""
    for depth in [*range(800, 1_010, 3), *range(900, 1_000), 5_000, 20_000]:
        refused(http.post("redeemTicketCode", b'{"data": ' + b"[" * depth + b"]" * depth + b"}", HEADERS))
    for depth in range(300, 500, 7):
        refused(http.post("redeemTicketCode", b'{"data": ' + b'{"a":' * depth + b"1" + b"}" * depth + b"}", HEADERS))


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("key", ["\ud800", "\x00", "é" * 300, "a\nb", "x" * 5_000, "\U0001f3ab"])
@pytest.mark.parametrize("inline", [False, True])
def test_any_key_is_refused_by_name(http: HttpClient, key: str, inline: bool) -> None:
    for name in CALLABLES:
        answer = http.call(name, {key: 1, **({"inlineErrors": True} if inline else {})}, "u1", admin=True)
        if inline:
            assert answer.status_code == 200, (name, answer.text[:300])
            assert answer.json()["result"]["error"]["reason"] == "INVALID_ARGUMENT"
        else:
            refused(answer)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json5",
        "application/jsonx; charset=utf-8",
        "application/octet-stream",
        "json",
        ";",
    ],
)
def test_content_type(http: HttpClient, content_type: str | None) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != "Content-Type"}
    if content_type is not None:
        headers["Content-Type"] = content_type
    for name in CALLABLES:
        refused(http.post(name, b'{"data": {}}', headers))


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;"])
def test_spellings_of_the_right_content_type_reach_the_handler(http: HttpClient, content_type: str) -> None:
    headers = {**HEADERS, "Content-Type": content_type}
    answer = http.post("createPaymentIntent", b'{"data": {"imeconId": "imecon-1"}}', headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["result"]["ok"] is True


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_method(http: HttpClient, method: str) -> None:
    for name in CALLABLES:
        refused(http.request(method, name, HEADERS, b'{"data": {}}'))


@pytest.mark.parametrize("sent", [bytes, chunked], ids=["with its length", "chunked"])
def test_a_body_of_exactly_the_limit_is_read(http: HttpClient, sent: Sent) -> None:
    body = b'{"data": {"imeconId": "imecon-1"}}'
    assert http.post("createPaymentIntent", sent(body), HEADERS).status_code == 200
    assert http.post("createPaymentIntent", sent(body.ljust(LIMIT)), HEADERS).status_code == 200
    answer = http.post("createPaymentIntent", sent(body.ljust(LIMIT + 1)), HEADERS)
    refused(answer)
    assert failure(answer).details["problem"] == f"the body must be at most {LIMIT} bytes"


@pytest.mark.usefixtures("untouched")
def test_a_chunked_body_is_judged_like_any_other(http: HttpClient) -> None:
    for name in CALLABLES:
        answer = http.post(name, chunked(b'{"data": {"unheardOf": 1}}'), HEADERS)
        refused(answer)
        assert {"field": "unheardOf", "problem": "extra_forbidden"} in failure(answer).details["fields"]


@pytest.mark.parametrize("sent", [bytes, chunked], ids=["with its length", "chunked"])
def test_the_webhook_takes_a_chunked_body_too(http: HttpClient, sent: Sent) -> None:
    event: dict[str, Any] = {"id": "evt_chunked", "object": "event", "type": "product.created", "livemode": False}
    event |= {"created": int(time.time()), "data": {"object": {"id": "prod_1", "object": "product"}}}
    body = body_of(event)
    for said, status in ((body, 200), (body.ljust(WEBHOOK_LIMIT), 200), (body.ljust(WEBHOOK_LIMIT + 1), 400)):
        answer = http.post("stripeWebhook", sent(said), {"Stripe-Signature": signature(said)})
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize(("name", "worker"), [("createPaymentIntent", "callables"), ("stripeWebhook",) * 2])
def test_a_body_without_an_end_is_answered_before_its_end(stack: Stack, name: str, worker: str) -> None:
    """Straight at the server, so that nothing in between reads on."""
    piece, sent = b"1000\r\n" + b" " * 0x1000 + b"\r\n", 0
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(stack.folder / f"{worker}.sock"))
        head = [f"POST {local.function_url('', name)} HTTP/1.1", "Host: x", "Content-Type: application/json"]
        client.sendall("\r\n".join([*head, "Transfer-Encoding: chunked", "", ""]).encode())
        while not select.select([client], [], [], 0)[0]:
            assert sent < 2 * WEBHOOK_LIMIT, "it goes on reading"
            # It may answer and close while a piece is being sent.
            with suppress(ConnectionResetError, BrokenPipeError):
                client.sendall(piece)
            sent += 0x1000
        assert client.recv(1_000).startswith(b"HTTP/1.1 400 ")


@pytest.mark.usefixtures("untouched")
def test_no_value_is_repeated_in_the_answer(http: HttpClient) -> None:
    """What a person typed may be a code or a token: the answer names fields only."""
    for name in CALLABLES:
        answer = http.call(name, {"ticket_code": ["WXYZ-SECRET"], "nonsense": "WXYZ-SECRET"}, "u1", admin=True)
        assert "SECRET" not in answer.text
        assert "nonsense" in answer.text
