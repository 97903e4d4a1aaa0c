"""The operator's console in a real browser, signed in as one of the local accounts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect

from devkit.accounts import PASSWORD
from devkit.process import ROOT

PICTURES = ROOT / "docs" / "console"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
NOBODY = "nobody"
# A refusal has an error's status, which the browser remarks on; what the page says of it is what counts.
_STATUS = "Failed to load resource: the server responded with a status"


@dataclass
class Console:
    """The console in one browser.

    Attributes:
        strangers: addresses outside this machine that it asked for.
        complaints: what its console said (a violated policy is an error there), and uncaught errors.
    """

    page: Page
    url: str
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, context: BrowserContext, url: str) -> Console:
        console = cls(context.new_page(), url)
        context.on("request", console._asked)
        console.page.on("console", console._heard)
        console.page.on("pageerror", lambda error: console.complaints.append(str(error)))
        return console

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.strangers.append(request.url)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_STATUS):
            self.complaints.append(message.text)

    def sign_in(self, who: str = "admin") -> None:
        """As `who`@kippu.test; whether they may see anything is for the test to look at."""
        self.page.goto(self.url)
        self.page.locator("#mail").fill(f"{who}@kippu.test")
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("#password").press("Enter")
        expect(self.page.locator("#password")).to_be_hidden(timeout=20_000)

    def address(self, *parts: str) -> str:
        """Of a screen, as `address("ticket", id)`."""
        return f"{self.url}#/{'/'.join(quote(part, safe='') for part in parts)}"

    def open(self, *parts: str) -> None:
        """Go to a screen."""
        self.page.goto(self.address(*parts))

    def faults(self) -> Any:
        """What axe finds on the screen as it is shown, and whether it is wider than the window."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run().then((it) => it.violations.map((one) => [one.id, one.nodes[0].html]))")
        fits = self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return found if fits else [*found, ["wider than the window", self.page.url]]

    def has_no_faults(self) -> None:
        """Neither by day on a wide screen nor by night on a phone."""
        sights: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1280), ("dark", 360))
        for scheme, width in sights:
            self.page.emulate_media(color_scheme=scheme)
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.faults() == [], (scheme, width)

    def picture(self, screen: str) -> None:
        """For docs/console.md, if KIPPU_SCREENSHOTS is set: those there change only when somebody means it."""
        if os.environ.get("KIPPU_SCREENSHOTS"):
            PICTURES.mkdir(exist_ok=True)
            self.page.emulate_media(color_scheme="light")
            self.page.set_viewport_size({"width": 1280, "height": 900})
            self.page.screenshot(path=PICTURES / f"{screen}.png", animations="disabled")
