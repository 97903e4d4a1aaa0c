"""The served stack as one test leaves it to the next, and a client for requests that no SDK would send."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from google.cloud import firestore

from devkit.stack import Stack
from tests.http.client import HttpClient
from tests.support.documents import changed, snapshot


@pytest.fixture(scope="session")
def http(stack: Stack) -> Iterator[HttpClient]:
    """Requests to the stack as they are, over pooled connections."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=32)
    with httpx.Client(timeout=60, trust_env=False, limits=limits) as pool:
        yield HttpClient(pool, stack.url)


@pytest.fixture(scope="module")
def fresh(stack: Stack) -> None:
    """Seeded documents only, once for all tests of a module that change nothing."""
    stack.reset()


@pytest.fixture
def untouched(fresh: None, stack: Stack, db: firestore.Client) -> Iterator[None]:
    """No document may have changed at the end of the test."""
    # A webhook of a test before must not arrive meanwhile.
    assert stack.simulator.wait_idle()
    before = snapshot(db)
    yield
    assert changed(before, snapshot(db)) == []
