"""Phones that run the actions of the package for apps against the local stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from devkit.stack import Stack
from tests.support.driver import Driver
from tests.support.kit_phone import KitPhone

Phones = Callable[[str], KitPhone]
Program = tuple[list[str], Path]


@pytest.fixture(scope="session")
def program() -> Program:
    return (["/tmp/k/dart-vm/dart"], Path("/tmp/k/phonework/phone.dill"))  # temporary


@pytest.fixture
def driver(driver_over_http: Driver, clean: None) -> Driver:
    """What is behind the phones."""
    return driver_over_http


@pytest.fixture
def phones(program: Program, stack: Stack, driver: Driver) -> Iterator[Phones]:
    """A phone with the app, on which somebody is signed in, as often as it is called.

    At the end all are closed, and Stripe's payments and the documents must agree, whatever happened on the phones.
    """
    with ExitStack() as closing:

        def phone(uid: str) -> KitPhone:
            started = KitPhone(*program, stack)
            closing.callback(started.close)
            started.sign_in(uid)
            started.call("initStripe", "pk_test_app", "kippu")
            return started

        yield phone
    driver.wait_for_webhooks()
    driver.agrees()


