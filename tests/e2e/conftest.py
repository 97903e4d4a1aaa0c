"""A real browser before the Firebase emulators that `make e2e` has started; without them nothing here is a test."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Route, sync_playwright

from devkit.client import FunctionsClient
from devkit.stack import Stack
from tests.e2e.console_page import NOBODY, Console
from tests.e2e.door_phone import CAMERA_FLAGS, Camera, Phone
from tests.e2e.door_venue import Venue

_AT = json.loads(os.environ.get("KIPPU_E2E", "{}"))
collect_ignore_glob = [] if _AT else ["test_*.py"]


def url(part: str) -> str:
    """Where a part is served."""
    return "http://{host}:{port}".format(**_AT[part])


@dataclass
class Tab:
    """A browser's tab that may go to Stripe's page and to the return page, and nowhere else.

    Attributes:
        strangers: other addresses that it asked for.
        complaints: what the console said about the return page, and uncaught errors of any.
    """

    page: Page
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.context.route("**/*", self._let_through)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _let_through(self, route: Route) -> None:
        if route.request.url.startswith((f"{_AT['stripe']}/", f"{url('hosting')}/")):
            route.continue_()
        else:
            self.strangers.append(route.request.url)
            route.abort()

    def _heard(self, message: ConsoleMessage) -> None:
        # A declined card is a page with an error's status, which the browser remarks on.
        if not message.location["url"].startswith(_AT["stripe"]):
            self.complaints.append(message.text)

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def is_return_page(self) -> bool:
        at = urlsplit(self.page.url)
        return f"{at.scheme}://{at.netloc}{at.path}" == f"{url('hosting')}/pay/return"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=_AT["browser"])
    yield browser
    browser.close()


@pytest.fixture
def tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A phone's, in Japanese unless ``@pytest.mark.parametrize("tab", …, indirect=True)`` names another language."""
    language = getattr(request, "param", "ja-JP")
    context = browser.new_context(locale=language, viewport={"width": 360, "height": 640})
    context.set_default_timeout(30_000)
    tab = Tab(context.new_page())
    tab.watch()
    yield tab
    context.close()
    assert (tab.strangers, tab.complaints) == ([], [])


@pytest.fixture(scope="session")
def functions() -> Iterator[FunctionsClient]:
    """The functions, called as the app does."""
    client = FunctionsClient(url("functions"))
    yield client
    client.close()


@pytest.fixture(scope="session")
def hosting() -> str:
    return url("hosting")


@pytest.fixture(scope="session")
def console_hosting() -> str:
    return url("console")


@dataclass
class Phones:
    """Phones at a door; each has a browser's context of its own, and all cameras see the same."""

    browser: Browser
    url: str
    camera: Camera
    all: list[Phone] = field(default_factory=list)

    def new(self, language: str = "ja-JP") -> Phone:
        context = self.browser.new_context(locale=language, viewport={"width": 360, "height": 640})
        self.all.append(Phone.of(context, self.url, self.camera))
        return self.all[-1]


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The local stack, whose functions answer a door fast enough; those of the Firebase emulator start for seconds."""
    with Stack() as running:
        yield running


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Camera:
    camera = Camera(tmp_path_factory.mktemp("camera") / "seen.mjpeg")
    camera.see(None)
    return camera


@pytest.fixture(scope="session")
def browser_at_the_door(playwright: Playwright, camera: Camera) -> Iterator[Browser]:
    flags = [*CAMERA_FLAGS, f"--use-file-for-fake-video-capture={camera.file}"]
    browser = playwright.chromium.launch(executable_path=_AT["browser"], args=flags)
    yield browser
    browser.close()


@pytest.fixture
def phones(browser_at_the_door: Browser, stack: Stack, camera: Camera) -> Iterator[Phones]:
    """Nothing that any of them does may leave this machine, or make its console complain."""
    camera.see(None)
    phones = Phones(browser_at_the_door, stack.door.url, camera)
    yield phones
    for phone in phones.all:
        phone.page.context.close()
        assert (phone.strangers, phone.complaints) == ([], [])


@pytest.fixture
def phone(phones: Phones, request: pytest.FixtureRequest) -> Phone:
    """In Japanese unless ``@pytest.mark.parametrize("phone", …, indirect=True)`` names another language."""
    return phones.new(getattr(request, "param", "ja-JP"))


@pytest.fixture
def console(browser: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Console]:
    """In Japanese and signed in as the administrator, unless ``parametrize("console", …, indirect=True)`` differs.

    As in "support", "staff-1 en-US" or "nobody". Nothing that it does may leave this machine, or make its console
    complain.
    """
    words = getattr(request, "param", "").split()
    language = next((word for word in words if "-" in word and word[:2] in ("ja", "en")), "ja-JP")
    who = next((word for word in words if word != language), "admin")
    context = browser.new_context(locale=language, viewport={"width": 1280, "height": 900}, color_scheme="light")
    console = Console.of(context, stack.console.url)
    if who != NOBODY:
        console.sign_in(who)
    yield console
    context.close()
    assert (console.strangers, console.complaints) == ([], [])


@pytest.fixture
def venue(stack: Stack) -> Venue:
    return Venue.opened(stack)


def buy(functions: FunctionsClient, device: str, product: str = "license") -> Any:
    """createCheckoutSession by the device's owner."""
    return functions.call("createCheckoutSession", {"device_id": device, "product_type": product}, f"owner-of-{device}")
