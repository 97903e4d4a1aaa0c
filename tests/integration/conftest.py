"""Fixtures: a shop of one's own in every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from google.cloud import firestore

from common import cache, documents
from devkit.inprocess import InProcessFunctions
from devkit.ports import free_port
from devkit.stripe_sim import StripeSimulator
from devkit.travel import Travel

from .counter import Counter
from .shop import Shop


@pytest.fixture
def shop(
    clean: None, api: InProcessFunctions, simulator: StripeSimulator, db: firestore.Client, travel: Travel
) -> Iterator[Shop]:
    """The whole local world, seeded and empty, with nothing remembered of the test before."""
    cache.forget()
    yield Shop(api, simulator, db, travel)
    cache.forget()


@pytest.fixture
def counter(shop: Shop) -> Counter:
    """The counters of the seeded stores in that world."""
    return Counter(shop.api)


@pytest.fixture
def without_firestore(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The functions' Firestore is gone until the returned function is called."""
    with monkeypatch.context() as gone:
        # As if it had been gone for long: what is tested is the answer, not the patience.
        gone.setattr(documents, "_RETRY", documents._RETRY.with_timeout(1.0))
        gone.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{free_port()}")
        documents.client.forget()

        def back() -> None:
            gone.undo()
            documents.client.forget()

        yield back
    documents.client.forget()
