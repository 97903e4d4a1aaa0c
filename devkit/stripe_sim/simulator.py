"""The simulator as one object: its HTTP server, and the controls for a test or demo in the same process."""

from __future__ import annotations

from types import TracebackType
from urllib.parse import urlsplit

from devkit.stripe_sim import control, session_page, sessions
from devkit.stripe_sim.api import Request, Response
from devkit.stripe_sim.driver import Driver
from devkit.stripe_sim.server import SimServer


class StripeSimulator(Driver):
    """One simulated Stripe account behind an HTTP server on `host:port` (port 0: any free one)."""

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        api_keys: tuple[str, ...] = ("sk_test_kippu_local",),
        webhook_url: str | None = None,
        webhook_secrets: tuple[str, ...] = ("whsec_kippu_local",),
        webhook_events: tuple[str, ...] = ("*",),
        webhook_workers: int = 1,
    ) -> None:
        super().__init__(
            api_keys=api_keys,
            webhook_url=webhook_url,
            webhook_secrets=webhook_secrets,
            webhook_events=webhook_events,
            webhook_workers=webhook_workers,
        )
        self._server = SimServer(self._respond, host, port)
        self.url = self._account.url = self._server.url

    def start(self) -> StripeSimulator:
        """Serves requests and delivers webhooks until `stop`."""
        self._webhooks.start()
        self._server.start()
        return self

    def stop(self) -> None:
        """Closes the port and every connection, and ends the threads."""
        self.clear_faults()
        self._server.stop()
        self._webhooks.stop()

    def __enter__(self) -> StripeSimulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _respond(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Response:
        address = urlsplit(target)
        if address.path.startswith("/_sim/"):
            return control.handle(self, method, address.path, body)
        if address.path.startswith(sessions.PAGE):
            return session_page.handle(self._account, method, address.path, body)
        form = address.query if method == "GET" else body.decode("utf-8", "replace")
        return self.api.handle(Request(method, address.path, headers, form))
