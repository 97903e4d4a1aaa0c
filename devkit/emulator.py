"""The Firestore emulator: start one with the project's rules, or use the one that already runs."""

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self, TypeVar

import httpx

from devkit import local
from devkit.emulator_jar import MAIN_CLASS, find_jar, find_java
from devkit.errors import DevkitError
from devkit.ports import HOST, free_port
from devkit.process import Process, Stoppable

_START_SECONDS = 60.0
_CLEARS_OF_A_LIFE = 100
_STARTS = 3
T = TypeVar("T")


def _started_again(start: Callable[[], T]) -> T:
    """What `start` gives. It opens ports that were free a moment ago; if somebody else was faster, once more."""
    for left in reversed(range(_STARTS)):
        try:
            return start()
        except DevkitError as error:
            if not left or "already in use" not in str(error):
                raise
    raise AssertionError


class Emulator(Stoppable):
    """A running Firestore emulator; `host` is `address:port`. Leaving its block stops it, if it was started here."""

    def __init__(self, host: str) -> None:
        self.host = host
        self._http = httpx.Client(base_url=f"http://{host}", timeout=30, trust_env=False)
        self._started = ExitStack()
        self._process: Process | None = None
        self._cleared = 0

    @classmethod
    def start(cls, *, port: int = 0, rules: Path = local.RULES, env: Mapping[str, str] = os.environ) -> Self:
        """Use the emulator at FIRESTORE_EMULATOR_HOST, or start one on `port` (0: any free one).

        `rules` is loaded either way. Raises DevkitError when there is no emulator or Java.
        """
        running = env.get("FIRESTORE_EMULATOR_HOST")
        if not running:
            return cls._spawn(port, rules, env) if port else _started_again(lambda: cls._spawn(free_port(), rules, env))
        emulator = cls(running)
        if not emulator.answers():
            raise DevkitError(f"FIRESTORE_EMULATOR_HOST={running} does not answer: start it or unset the variable")
        emulator.load_rules(rules.read_text(encoding="utf-8"))
        return emulator

    @classmethod
    def _spawn(cls, port: int, rules: Path, env: Mapping[str, str]) -> Self:
        command = [
            # The quick compiler and the plain collector: it lives for minutes, on the cores the tests run on.
            *(str(find_java(env=env)), "-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Duser.language=en"),
            # gcloud's jar has no manifest to run by; both kinds run by the name of their main class.
            *("-cp", str(find_jar(env)), MAIN_CLASS),
            *("--host", HOST, "--port", str(port), "--rules", str(rules)),
        ]
        with ExitStack() as parts:
            folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="kippu-firestore-")))
            process = Process("the Firestore emulator", command, env=env, cwd=folder, log=folder / "log.txt")
            emulator = cls(f"{HOST}:{port}")
            parts.enter_context(process).wait_ready(emulator.answers, _START_SECONDS)
            emulator._process, emulator._started = process, parts.pop_all()
        return emulator

    def answers(self) -> bool:
        try:
            return self._http.get("/").is_success
        except httpx.TransportError:
            return False

    def clear(self, project: str = local.PROJECT) -> None:
        """Delete all documents; of all projects, now and then.

        It never forgets what was deleted, and every query goes through that: after a thousand tests each takes a tenth
        of a second. So an emulator that was started here starts anew.
        """
        self._cleared += 1
        if self._process is not None and self._cleared % _CLEARS_OF_A_LIFE == 0:
            _started_again(self._restart)
            return
        self._http.delete(f"/emulator/v1/projects/{project}/databases/(default)/documents").raise_for_status()

    def _restart(self) -> None:
        assert self._process is not None
        self._process.restart()
        self._process.wait_ready(self.answers, _START_SECONDS)

    def load_rules(self, source: str, project: str = local.PROJECT) -> None:
        """Replace the project's security rules; raises DevkitError when they do not compile."""
        body = {"rules": {"files": [{"name": "firestore.rules", "content": source}]}}
        answer = self._http.put(f"/emulator/v1/projects/{project}:securityRules", json=body)
        if answer.is_error:
            raise DevkitError(f"the emulator refuses the rules: {answer.text}")

    def stop(self) -> None:
        self._started.close()
