"""Stripe's contract, checked through its unmodified SDK.

Tests that use `stripe` run against the simulator, and unchanged against a Stripe sandbox when STRIPE_TEST_SECRET_KEY
is set. Tests that use `sim` need its clock, faults or webhooks and run against the simulator alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from stripe import StripeClient

from devkit.stripe_sim import StripeSimulator

from .payment_intents import SECRET_KEY

SANDBOX_KEY = os.environ.get("STRIPE_TEST_SECRET_KEY", "")
BACKENDS = ["simulator", "sandbox"] if SANDBOX_KEY else ["simulator"]


def pytest_report_header() -> str:
    """Says once whether Stripe itself was asked."""
    if SANDBOX_KEY:
        return "stripe contract: simulator and Stripe sandbox"
    return "stripe contract: simulator only (set STRIPE_TEST_SECRET_KEY to run the same tests against a sandbox)"


@pytest.fixture
def sim() -> Iterator[StripeSimulator]:
    """A fresh simulator on a free port."""
    with StripeSimulator() as simulator:
        yield simulator


@pytest.fixture
def client(sim: StripeSimulator) -> StripeClient:
    """The SDK against the simulator, without retries of its own."""
    return StripeClient(SECRET_KEY, base_addresses={"api": sim.url}, max_network_retries=0)


@pytest.fixture(params=BACKENDS)
def stripe(request: pytest.FixtureRequest) -> StripeClient:
    """The SDK against each backend."""
    if request.param == "sandbox":
        if not SANDBOX_KEY.startswith(("sk_test_", "rk_test_")):
            pytest.fail("STRIPE_TEST_SECRET_KEY must be a test key; these tests never run against live mode")
        return StripeClient(SANDBOX_KEY, max_network_retries=5)
    simulator: StripeSimulator = request.getfixturevalue("sim")
    return StripeClient(SECRET_KEY, base_addresses={"api": simulator.url}, max_network_retries=5)
