"""The local stack on loopback: Firestore emulator, Stripe simulator, functions. For serve, demo and tests."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import httpx

from devkit import local
from devkit.client import Caller, FunctionsClient
from devkit.clock import OffsetFile
from devkit.emulator import Emulator
from devkit.page_server import PageServer
from devkit.pages import CONSOLE, DOOR
from devkit.ports import HOST, configured, listen
from devkit.process import Process, Stoppable
from devkit.seed import connect, seed
from devkit.sign_ins import SignIns
from devkit.stripe_sim import StripeSimulator
from devkit.workers import serve
from entrypoints import domains


@dataclass(frozen=True)
class Ports:
    """Ports of its parts; 0 takes a free one."""

    functions: int = 0
    firestore: int = 0
    stripe: int = 0
    door: int = 0
    console: int = 0

    @classmethod
    def fixed(cls) -> Self:
        """The documented ports, each moved by a variable: KIPPU_FUNCTIONS_PORT and so on."""
        defaults = {"FUNCTIONS": 5001, "FIRESTORE": 8080, "STRIPE": 12111, "DOOR": 5003, "CONSOLE": 5002}
        return cls(*(configured(f"KIPPU_{part}_PORT", port) for part, port in defaults.items()))


class Stack(Caller, Stoppable):
    """Start with `start()` or as a context manager, from the main thread (parts end with their starter).

    After start it has `url` (where the functions are), `functions` (a client of them), `processes`, `folder` (their
    logs), `emulator`, `db` (a Firestore client above the rules), `simulator` (StripeSimulator), `sign_ins`, `door`
    and `console` (the servers of the two pages).
    """

    def __init__(
        self,
        *,
        ports: Ports | None = None,
        emulator: Emulator | None = None,
        source: Path = local.FUNCTIONS_DIR,
        keep_logs: bool = True,
    ) -> None:
        """Share a running `emulator`; `source` holds main.py; `keep_logs` in files instead of on stderr."""
        self._ports = ports or Ports()
        self._shared, self._source, self._keep_logs = emulator, source, keep_logs
        self._parts = ExitStack()

    def start(self) -> Self:
        """Start and seed everything; raises DevkitError, leaving nothing behind, when a part cannot."""
        with ExitStack() as parts:
            self._start(parts)
            self._parts = parts.pop_all()
        return self

    def _start(self, parts: ExitStack) -> None:
        # Every port is asked for first, so that a taken one is reported at once and by name.
        listening = parts.enter_context(listen(self._ports.functions, setting="KIPPU_FUNCTIONS_PORT"))
        listen(0 if self._shared else self._ports.firestore, setting="KIPPU_FIRESTORE_PORT").close()
        listen(self._ports.stripe, setting="KIPPU_STRIPE_PORT").close()
        at_the_door = parts.enter_context(listen(self._ports.door, setting="KIPPU_DOOR_PORT"))
        at_the_console = parts.enter_context(listen(self._ports.console, setting="KIPPU_CONSOLE_PORT"))
        self.url = f"http://{HOST}:{listening.getsockname()[1]}"
        folder = tempfile.TemporaryDirectory(prefix="kippu-", ignore_cleanup_errors=True)
        self.folder = Path(parts.enter_context(folder))
        self._clock = OffsetFile(self.folder / "clock")

        self.emulator = self._shared or parts.enter_context(Emulator.start(port=self._ports.firestore))
        self.db = connect(self.emulator.host)
        parts.callback(self.db.close)
        seed(self.db)

        self.simulator = StripeSimulator(
            port=self._ports.stripe,
            api_keys=(local.STRIPE_KEY,),
            webhook_url=local.function_url(self.url, local.WEBHOOK),
            webhook_secrets=(local.WEBHOOK_SECRET,),
            webhook_events=domains.event_types(),
        )
        parts.enter_context(self.simulator)

        self.sign_ins = parts.enter_context(SignIns())
        env = local.functions_env(
            firestore_host=self.emulator.host,
            stripe_url=self.simulator.url,
            auth_host=self.sign_ins.host,
            functions_url=self.url,
            source=self._source,
        )
        self.processes = serve(parts, listening, env, self._source, self.folder, logs=self._keep_logs)
        # The proxy listens now; with a copy left open here, its end would leave callers waiting in the backlog.
        listening.close()
        called = {"auth": f"http://{self.sign_ins.host}", "functions": self.url}
        self.door = parts.enter_context(PageServer(DOOR, at_the_door, called))
        read = {**called, "firestore": f"http://{self.emulator.host}"}
        self.console = parts.enter_context(PageServer(CONSOLE, at_the_console, read))
        self.functions = FunctionsClient(self.url)
        parts.callback(self.functions.close)

    def stop(self) -> None:
        self._parts.close()

    def post(self, name: str, content: str | bytes, headers: Mapping[str, str]) -> httpx.Response:
        return self.functions.post(name, content, headers)

    @property
    def servers(self) -> list[Process]:
        """The processes that serve functions and may be killed and restarted: all but the proxy."""
        return self.processes[:-1]

    def advance(self, seconds: float) -> None:
        self._clock.write(self._clock.read() + seconds)
        self.simulator.advance(seconds)

    def now(self) -> datetime:
        return self._clock.now()

    def reset(self) -> None:
        """Back to the first moment: seeded documents only, an empty simulator, the machine's time."""
        self._clock.write(0.0)
        self.simulator.reset()
        # An event still on its way would rebuild its ticket in the emptied store.
        self.simulator.wait_idle()
        self.sign_ins.reset()
        self.emulator.clear()
        seed(self.db)

    def addresses(self) -> dict[str, str]:
        """Where its parts are, as told to a user."""
        functions = f"{self.url}/{local.PROJECT}/{local.REGION}"
        stack = {"functions": functions, "firestore": self.emulator.host, "stripe": self.simulator.url}
        stack["return_page"] = local.function_url(self.url, local.RETURN_PAGE)
        stack |= {"door": self.door.url, "console": self.console.url}
        return {**stack, "project": local.PROJECT, "region": local.REGION}

    def __enter__(self) -> Self:
        return self.start()
