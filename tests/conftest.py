"""What every suite shares: one emulator and simulator, functions in this process, a served stack on demand.

The environment of the functions is set here, before anything imports them, as the local stack sets it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from devkit import local
from devkit.emulator import Emulator
from devkit.inprocess import InProcessFunctions
from devkit.ports import free_port
from devkit.seed import connect, seed
from devkit.sign_ins import SignIns
from devkit.stack import Stack
from devkit.stripe_sim import StripeSimulator
from devkit.travel import Travel
from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips, watched

os.environ.update(local.functions_env())


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """The Firestore emulator with the project's rules; `.host` is `address:port`."""
    with Emulator.start() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRESTORE_EMULATOR_HOST", running.host)
        yield running


@pytest.fixture(scope="session")
def simulator() -> Iterator[StripeSimulator]:
    """The Stripe simulator that the functions in this process talk to; it delivers no webhook by itself."""
    with (
        StripeSimulator(api_keys=(local.STRIPE_KEY,), webhook_secrets=(local.WEBHOOK_SECRET,)) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("STRIPE_API_BASE", running.url)
        yield running


@pytest.fixture(scope="session")
def sign_ins() -> Iterator[SignIns]:
    """The sign-ins that the functions in this process delete."""
    with SignIns() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIREBASE_AUTH_EMULATOR_HOST", running.host)
        yield running


@pytest.fixture(scope="session")
def stack(emulator: Emulator) -> Iterator[Stack]:
    """The stack over HTTP, with a simulator of its own, on the shared emulator (`clean` empties both)."""
    with Stack(emulator=emulator) as running:
        yield running


@pytest.fixture(scope="session")
def db(emulator: Emulator) -> Iterator[firestore.Client]:
    """Firestore above the rules."""
    client = connect(emulator.host)
    yield client
    client.close()  # type: ignore[no-untyped-call]


@pytest.fixture(scope="session")
def api(emulator: Emulator, simulator: StripeSimulator, sign_ins: SignIns) -> InProcessFunctions:
    """The functions of main.py in this process: `api.call(name, data, uid=..., claims=..., headers=...)`."""
    return InProcessFunctions()


@pytest.fixture
def clean(request: pytest.FixtureRequest, emulator: Emulator, db: firestore.Client) -> None:
    """Seeded documents only, empty simulators, the machine's time; resets only what the test asked for."""
    emulator.clear()
    seed(db)
    if "simulator" in request.fixturenames:
        request.getfixturevalue("simulator").reset()
    if "sign_ins" in request.fixturenames:
        request.getfixturevalue("sign_ins").reset()
    if "stack" in request.fixturenames:
        request.getfixturevalue("stack").reset()


@pytest.fixture
def travel(clean: None, simulator: StripeSimulator, monkeypatch: pytest.MonkeyPatch) -> Travel:
    """Time travel for one test: `travel.advance(seconds)`, `travel.freeze(at)`."""
    from common import clock

    travel = Travel(simulator)
    monkeypatch.setattr(clock, "_source", travel.now)
    return travel


@pytest.fixture
def without_waiting(api: InProcessFunctions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sleeps before asking Stripe, or asking it again: how long that takes is tested without a driver."""
    import stripe

    from payments import pace

    api.app  # noqa: B018  # loads the functions before anything is patched
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: None))
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.0)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.0)


@pytest.fixture
def driver(
    clean: None,
    api: InProcessFunctions,
    simulator: StripeSimulator,
    db: firestore.Client,
    travel: Travel,
    without_waiting: None,
) -> Iterator[Driver]:
    """The functions in this process, everything seeded and empty, with nothing remembered of the test before."""
    from admission import details, inventory, search
    from common import cache, mail
    from payments.limits import FIRST_FEW_CALLS

    cache.forget()
    mail.try_again()
    inventory.forget()
    details.forget()
    search.engine.forget()
    FIRST_FEW_CALLS.forget()
    yield Driver(functions=api, clock=travel, simulator=simulator, db=db)
    cache.forget()


@pytest.fixture(scope="session")
def driver_over_http(stack: Stack) -> Driver:
    """The served functions, as the test before left them, unless it asks for ``clean``."""
    return Driver(functions=stack.functions, clock=stack, simulator=stack.simulator, db=stack.db)


@pytest.fixture
def round_trips(driver: Driver, sign_ins: SignIns) -> Iterator[RoundTrips]:
    """Every round trip of the functions in this process."""
    with watched(stripe=driver.simulator.url, auth=f"http://{sign_ins.host}") as trips:
        yield trips


@pytest.fixture
def without_firestore(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The functions' Firestore is gone until the returned function is called."""
    from common import documents, firestore_api

    with monkeypatch.context() as gone:
        # As if it had been gone for long: what is tested is the answer, not the patience.
        gone.setattr(firestore_api, "REPEATED_FOR_SECONDS", 1.0)
        gone.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{free_port()}")
        documents.connection.forget()

        def back() -> None:
            gone.undo()
            documents.connection.forget()

        yield back
    documents.connection.forget()


@pytest.fixture(scope="module")
def references() -> Iterator[firestore.Client]:
    """A client that `documents.ref` makes references with. It never connects: nothing here reads or commits."""
    from common import documents

    client = firestore.Client(project="demo-kippu", credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "client", lambda: client)
        yield client
