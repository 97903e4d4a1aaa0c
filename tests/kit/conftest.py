"""Phones that run the actions of the package for apps against the local stack."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from devkit.stack import Stack
from tests.support.driver import Driver
from tests.support.kit_phone import KitPhone

Phones = Callable[[str], KitPhone]


@pytest.fixture
def phones(program, stack: Stack, clean: None) -> Iterator[Phones]:
    """A phone with the app, on which somebody is signed in, as often as it is called; all are closed at the end."""
    with ExitStack() as closing:

        def phone(uid: str) -> KitPhone:
            started = KitPhone(*program, stack)
            closing.callback(started.close)
            started.sign_in(uid)
            started.call("initStripe", "pk_test_app")
            return started

        yield phone


@pytest.fixture(scope="session")
def program():
    return (["/tmp/k/dart-vm/dart"], Path("/tmp/k/phonework/phone.dill"))


@pytest.fixture
def app(clean: None, driver_over_http: Driver) -> Driver:
    return driver_over_http
