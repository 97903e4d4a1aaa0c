"""Fixtures: a shop of one's own in every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.cloud import firestore

from common import cached
from devkit.inprocess import InProcessFunctions
from devkit.stripe_sim import StripeSimulator
from devkit.travel import Travel

from .shop import Shop


@pytest.fixture
def shop(
    clean: None, api: InProcessFunctions, simulator: StripeSimulator, db: firestore.Client, travel: Travel
) -> Iterator[Shop]:
    """The whole local world, seeded and empty, with nothing remembered of the test before."""
    cached.forget()
    yield Shop(api, simulator, db, travel)
    cached.forget()
