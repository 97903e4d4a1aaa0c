"""The round trips of the functions: each is counted, and can be interrupted or be the last one.

To Firestore, Stripe and Firebase Authentication.

They are watched under the production code, at the client objects of Firestore and of HTTP, so that nothing in
``functions/`` knows of it and no handler there is left out.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import pytest
import requests

from common import documents

T = TypeVar("T")
Moment = Literal["before", "after"]

_STREAMS = ("batch_get_documents", "run_query")
_ID = re.compile(r"(?<=/)(pi|ch|evt)_[A-Za-z0-9]+")


class Killed(BaseException):
    """The process ends here. Not an ``Exception``, because nothing in a dead process can handle it."""


@dataclass(frozen=True)
class Point:
    """A place in a run: just before its ``call``-th round trip (from 1), or just after that took effect."""

    call: int
    moment: Moment

    def __str__(self) -> str:
        return f"{self.moment}-{self.call}"


@dataclass(frozen=True)
class Named:
    """The first round trip whose name begins so: just before it, or just after it took effect."""

    start: str
    moment: Moment


@dataclass
class RoundTrips:
    """Counts the round trips of the functions in this process; may be used from their worker threads.

    Attributes:
        calls: what was sent since the last ``watching``, in order.
        dead: whether the process counts as killed; then nothing gets through any more, on any thread.
    """

    calls: list[str] = field(default_factory=list)
    dead: bool = False
    _at: Point | Named | None = None
    _happening: Callable[[], object] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def firestore(self) -> list[str]:
        """Firestore's part of ``calls``: the methods of its API."""
        return [call.removeprefix("firestore ") for call in self.calls if call.startswith("firestore ")]

    @property
    def stripe(self) -> list[str]:
        """Stripe's part of ``calls``: methods of HTTP and paths."""
        return [call.removeprefix("stripe ") for call in self.calls if call.startswith("stripe ")]

    @contextmanager
    def watching(self) -> Iterator[list[str]]:
        """Count from nothing; gives the list that fills."""
        self.calls = []
        yield self.calls

    @contextmanager
    def interrupted(self, at: Point | Named, happening: Callable[[], object], *, always: bool = True) -> Iterator[None]:
        """Let ``happening`` run once, in the middle of what the block does, at that point.

        Raises:
            AssertionError: the block never came to that point, and it ``always`` should.
        """
        with self.watching():
            self._at, self._happening = at, happening
            try:
                yield
            finally:
                missed, self._at = self._at, None
        assert missed is None or not always, f"never came to {at}: {self.calls}"

    @contextmanager
    def killed(self, at: Point | Named, *, always: bool = True) -> Iterator[None]:
        """Let the process that the block is die at that point; the world lives on after the block.

        Raises:
            AssertionError: the block never came to that point, and it ``always`` should.
        """
        try:
            with self.interrupted(at, self._die, always=always):
                yield
        except Killed:
            pass
        finally:
            self.dead = False

    def _die(self) -> None:
        self.dead = True
        raise Killed

    def through(self, name: str, request: Callable[[], T]) -> T:
        """One round trip."""
        with self._lock:
            if self.dead:
                raise Killed
            self.calls.append(name)
            number = len(self.calls)
        self._pass(number, name, "before")
        answer = request()
        if self.dead:
            # Another thread died meanwhile: the effect stands, but nobody is left to read the answer.
            raise Killed
        self._pass(number, name, "after")
        return answer

    def _pass(self, number: int, name: str, moment: Moment) -> None:
        at = self._at
        if at is None or at.moment != moment:
            return
        if at.call == number if isinstance(at, Point) else name.startswith(at.start):
            self._at = None
            assert self._happening is not None
            self._happening()


class _Firestore:
    """What sends requests to Firestore, ours or the library's generated client, with every method watched."""

    def __init__(self, api: Any, trips: RoundTrips) -> None:
        self._api = api
        self._trips = trips

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._api, name)
        if name.startswith("_") or not callable(method):
            return method

        def call(*args: Any, **kwargs: Any) -> Any:
            # A stream is one round trip: it is read whole before it counts as done.
            request = (lambda: iter(list(method(*args, **kwargs)))) if name in _STREAMS else None
            return self._trips.through(f"firestore {name}", request or (lambda: method(*args, **kwargs)))

        return call


@contextmanager
def watched(**urls: str) -> Iterator[RoundTrips]:
    """Watch the functions in this process. ``urls`` says by name where they send HTTP: ``stripe``, ``auth``."""
    trips = RoundTrips()
    send = requests.Session.send

    def counted(session: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        url = str(request.url)
        for name, base in urls.items():
            if url.startswith(base):
                path = _ID.sub(r"{\1}", url.removeprefix(base).partition("?")[0])
                return trips.through(f"{name} {request.method} {path}", lambda: send(session, request, **kwargs))
        return send(session, request, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "send", counted)
        client, codec, api = documents.connection()
        patch.setattr(client, "_firestore_api_internal", _Firestore(client._firestore_api, trips))
        watched = documents.Connection(client, codec, _Firestore(api, trips))  # type: ignore[arg-type]
        patch.setattr(documents.connection, "_made", {(): watched})
        yield trips
