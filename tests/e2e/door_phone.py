"""A phone at a door: the page in a real browser, before a camera that sees what the test holds up."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import segno
from PIL import Image
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, Route, expect

from devkit.accounts import PASSWORD

CAMERA_FLAGS = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
_WIDTH, _HEIGHT = 640, 480
_WITHOUT_NETWORK = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource")


@dataclass
class Camera:
    """Chromium's fake camera, which plays a file of JPEGs from its first frame whenever it is started."""

    file: Path

    def see(self, text: str | None) -> None:
        """Hold up a QR code, or (None) nothing."""
        frame = Image.new("RGB", (_WIDTH, _HEIGHT), "gray")
        if text is not None:
            image = io.BytesIO()
            segno.make_qr(text, error="M", boost_error=False).save(image, kind="png", scale=5, border=4)
            code = Image.open(image).convert("RGB")
            code.thumbnail((_HEIGHT, _HEIGHT))
            frame.paste(code, ((_WIDTH - code.width) // 2, (_HEIGHT - code.height) // 2))
        jpeg = io.BytesIO()
        frame.save(jpeg, "JPEG", quality=95)
        # In one step: a camera that runs goes on with the file that it opened.
        fresh = self.file.with_suffix(".new")
        fresh.write_bytes(jpeg.getvalue() * 2)
        fresh.replace(self.file)


@dataclass
class Phone:
    """The door page on one phone.

    Attributes:
        strangers: addresses outside this machine that it asked for.
        complaints: what its console said, apart from the lack of a network, and uncaught errors.
    """

    page: Page
    url: str
    camera: Camera
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, context: BrowserContext, url: str, camera: Camera) -> Phone:
        phone = cls(context.new_page(), url, camera)
        context.on("request", phone._asked)
        phone._watch(phone.page)
        return phone

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.strangers.append(request.url)
        self.calls.append(request.url.rpartition("/")[2])

    def _watch(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in _WITHOUT_NETWORK):
            self.complaints.append(message.text)

    # What staff do.

    def sign_in(self, event: str, mail: str = "staff-1@kippu.test") -> None:
        self.page.goto(f"{self.url}#event={event}")
        self.page.get_by_label("メールアドレス").fill(mail)
        self.page.get_by_label("パスワード").fill(PASSWORD)
        self.page.get_by_role("button", name="サインイン").click()
        expect(self.page.locator("#screen-scan")).to_be_visible(timeout=20_000)

    def go_to(self, screen: str) -> None:
        self.page.locator(f"#menu [data-screen={screen}]").click()
        expect(self.page.locator(f"#screen-{screen}")).to_be_visible()

    def scan(self, code: str, result: str, *words: str) -> None:
        """Hold a code before the camera, and see what the door says; then tap the answer away."""
        self.look_at(code)
        self.says(result, *words)
        self.look_at(None)

    def look_at(self, code: str | None) -> None:
        """The camera starts again, and sees something else."""
        self.camera.see(code)
        self.go_to("settings")
        self.go_to("scan")

    def says(self, result: str, *words: str) -> None:
        expect(self.answer).to_be_visible(timeout=15_000)
        expect(self.answer).to_have_attribute("data-result", result)
        for word in words:
            expect(self.answer).to_contain_text(word)
        self.page.keyboard.press("Escape")
        expect(self.answer).to_be_hidden()

    @property
    def answer(self) -> Locator:
        return self.page.locator("#answer")

    def network(self, *, on: bool) -> None:
        self.page.context.set_offline(not on)

    def reload(self) -> None:
        self.page.reload()
        expect(self.page.locator("#screen-scan")).to_be_visible(timeout=20_000)

    def cached(self) -> None:
        """Wait until the service worker keeps the page."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_timeout(300)

    # What the test does to its network.

    def hold_back(self, name: str) -> list[tuple[Route, Any]]:
        """Let calls of a function reach the server, but keep its answers: they come in the list."""
        held: list[tuple[Route, Any]] = []

        def hold(route: Route) -> None:
            held.append((route, route.fetch()))

        self.page.route(f"**/{name}", hold)
        return held

    def answers(self, name: str) -> Any:
        """Wait for the next answer of a function, in a `with` block."""

        def about(response: Response) -> bool:
            return response.url.endswith(f"/{name}")

        return self.page.expect_response(about)
