"""Requests and answers of callables at the level of HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from common.callable import Endpoint
from devkit import local
from devkit.client import call_headers
from devkit.functions_app import load_functions


def endpoints() -> dict[str, Endpoint]:
    """Every deployed callable by its name."""
    functions = load_functions()
    return {name: function.__kippu__ for name, function in functions.items() if hasattr(function, "__kippu__")}


CALLABLES = sorted(endpoints())


@dataclass(frozen=True)
class Failure:
    """What a failed call says, whether as an error or inline."""

    status: str
    reason: str
    message: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Wire:
    """One pooled client of a stack; may be shared by threads."""

    http: httpx.Client
    base: str

    def url(self, name: str) -> str:
        return local.function_url(self.base, name)

    def post(self, name: str, content: bytes | str | Iterable[bytes], headers: Mapping[str, str]) -> httpx.Response:
        """Send a body as it is."""
        return self.http.post(self.url(name), content=content, headers=dict(headers))

    def call(
        self, name: str, data: Any, uid: str | None = None, *, headers: Mapping[str, str] | None = None, **claims: Any
    ) -> httpx.Response:
        """A well-formed envelope around whatever `data` is. Lone surrogates are sent as JSON escapes."""
        return self.post(name, json.dumps({"data": data}), call_headers(uid, claims, headers))


def failure(answer: httpx.Response) -> Failure:
    """The failure in an error answer; anything else is an assertion error that shows the answer."""
    assert 400 <= answer.status_code < 600, (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error"}, body
    assert set(body["error"]) == {"status", "message", "details"}, body
    details = dict(body["error"]["details"])
    return Failure(body["error"]["status"], details.pop("reason"), body["error"]["message"], details)


def inline_failure(answer: httpx.Response) -> Failure:
    """The failure in an ordinary answer."""
    assert answer.status_code == 200, (answer.status_code, answer.text[:500])
    result = answer.json()["result"]
    assert result["ok"] is False
    assert set(result) == {"ok", "error"}
    return Failure(**result["error"])
