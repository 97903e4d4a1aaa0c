"""Requests to the deployed callables at the level of HTTP."""

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
class HttpClient:
    """One pooled client of a stack, which sends what no SDK would send; may be shared by threads."""

    pool: httpx.Client
    base: str

    def url(self, name: str) -> str:
        return local.function_url(self.base, name)

    def request(
        self, method: str, name: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> httpx.Response:
        """A request of any method to a function."""
        return self.pool.request(method, self.url(name), content=content, headers=dict(headers))

    def post(self, name: str, content: bytes | str | Iterable[bytes], headers: Mapping[str, str]) -> httpx.Response:
        """Send a body as it is."""
        return self.pool.post(self.url(name), content=content, headers=dict(headers))

    def call(
        self, name: str, data: Any, uid: str | None = None, *, headers: Mapping[str, str] | None = None, **claims: Any
    ) -> httpx.Response:
        """A well-formed envelope around whatever `data` is. Lone surrogates are sent as JSON escapes."""
        return self.post(name, json.dumps({"data": data}), call_headers(uid, claims, headers))
