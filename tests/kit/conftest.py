"""What the tests of the package for apps share: the Dart VM, which not every machine has, and phones that it runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from devkit.kit import compiler, layout, vm
from devkit.kit.items import PACKAGE
from devkit.stack import Stack
from tests.support.driver import Driver
from tests.support.kit_phone import KitPhone

Phones = Callable[[str], KitPhone]


@pytest.fixture(scope="session")
def dart() -> Path:
    """The Dart VM. Without one the test is skipped; under `make kit` (KIPPU_KIT=1) it fails."""
    if found := vm.find():
        return found
    if os.environ.get("KIPPU_KIT"):
        pytest.fail("there is no Dart VM: `make kit` fetches one")
    pytest.skip("there is no Dart VM: make kit fetches one")


@pytest.fixture(scope="session")
def phone_command(dart: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What starts flutterflow/test/phone.dart."""
    packages = layout.package(tmp_path_factory.mktemp("phone"))
    return compiler.command(compiler.build(PACKAGE / "test" / "phone.dart", packages), packages)


@pytest.fixture
def driver(driver_over_http: Driver, clean: None) -> Driver:
    """What is behind the phones."""
    return driver_over_http


@pytest.fixture
def phones(phone_command: list[str], stack: Stack, driver: Driver) -> Iterator[Phones]:
    """A phone with the app, on which somebody is signed in, as often as it is called.

    At the end all are closed, and Stripe's payments and the documents must agree, whatever happened on the phones.
    """
    with ExitStack() as closing:

        def phone(uid: str) -> KitPhone:
            started = KitPhone(phone_command, stack)
            closing.callback(started.close)
            started.sign_in(uid)
            started.call("initStripe", "pk_test_app", "kippu")
            return started

        yield phone
    driver.wait_for_webhooks()
    driver.agrees()
