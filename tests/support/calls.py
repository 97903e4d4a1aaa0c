"""Calls of the functions as people make them, in process or over HTTP, and why they are refused."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from common.errors import all_reasons
from devkit.client import CallableError

Json = dict[str, Any]


class Response(Protocol):
    """An HTTP answer, as far as tests look at it."""

    @property
    def status_code(self) -> int: ...
    @property
    def text(self) -> str: ...


class Functions(Protocol):
    """The deployed functions: ``devkit.inprocess.InProcessFunctions``, ``devkit.client.FunctionsClient``."""

    def call(
        self,
        name: str,
        data: Any,
        uid: str | None = None,
        claims: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any: ...
    def run_schedule(self, name: str) -> None: ...
    def post(self, name: str, content: str | bytes, headers: Mapping[str, str]) -> Response: ...


@dataclass(kw_only=True)
class Calls:
    """The functions, as people call them."""

    functions: Functions

    def call(self, name: str, data: Json, uid: str | None = None, **claims: Any) -> Any:
        """The answer of a callable to the user ``uid``, whose token carries ``claims``; raises CallableError."""
        return self.functions.call(name, data, uid=uid, claims=claims)

    def by_admin(self, name: str, /, **data: Any) -> Any:
        """The answer of a callable to an administrator."""
        return self.call(name, data, "admin", admin=True)


@functools.cache
def known_reasons() -> frozenset[str]:
    """The names of all reasons that any deployed function may give."""
    import main  # noqa: F401  # imports every domain, and with it its reasons

    return frozenset(reason.name for reason in all_reasons())


@contextmanager
def refused(reason: str) -> Iterator[pytest.ExceptionInfo[CallableError]]:
    """The call inside is refused with exactly this reason; afterwards `.value` is the error."""
    assert reason in known_reasons(), f"no function gives the reason {reason}"
    with pytest.raises(CallableError) as caught:
        yield caught
    assert caught.value.reason == reason


def reason_of(act: Callable[[], object]) -> str:
    """``ok``, or the reason with which what ``act`` calls is refused."""
    try:
        act()
    except CallableError as error:
        return str(error.reason)
    return "ok"
