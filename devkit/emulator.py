"""The Firestore emulator: start one with the project's rules, or use the one that already runs."""

from __future__ import annotations

import json
import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from devkit import local
from devkit.emulator_jar import MAIN_CLASS, find_jar
from devkit.errors import DevkitError
from devkit.java import find_java
from devkit.ports import HOST, free_port
from devkit.process import Process

_START_SECONDS = 60.0


class Emulator:
    """A running Firestore emulator; `host` is `address:port`."""

    def __init__(self, host: str, process: Process | None = None, folder: Path | None = None) -> None:
        self.host = host
        self._process = process
        self._folder = folder

    @classmethod
    def start(cls, *, port: int = 0, rules: Path = local.RULES, env: Mapping[str, str] = os.environ) -> Emulator:
        """Use the emulator at FIRESTORE_EMULATOR_HOST, or start one on `port` (0: any free one).

        `rules` is loaded either way. Raises DevkitError when there is no emulator or Java.
        """
        if running := env.get("FIRESTORE_EMULATOR_HOST"):
            emulator = cls(running)
            if not emulator.answers():
                raise DevkitError(f"FIRESTORE_EMULATOR_HOST={running} does not answer: start it or unset the variable")
            emulator.load_rules(rules.read_text(encoding="utf-8"))
            return emulator
        return cls._spawn(port or free_port(), rules, env)

    @classmethod
    def _spawn(cls, port: int, rules: Path, env: Mapping[str, str]) -> Emulator:
        command = [
            # The quick compiler and the plain collector: it lives for minutes, on the cores the tests run on.
            *(str(find_java(env=env)), "-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Duser.language=en"),
            # gcloud's jar has no manifest to run by; both kinds run by the name of their main class.
            *("-cp", str(find_jar(env)), MAIN_CLASS),
            *("--host", HOST, "--port", str(port), "--rules", str(rules)),
        ]
        folder = Path(tempfile.mkdtemp(prefix="kippu-firestore-"))
        process = Process("the Firestore emulator", command, env=env, cwd=folder, log=folder / "log.txt")
        emulator = cls(f"{HOST}:{port}", process, folder)
        try:
            process.wait_ready(emulator.answers, _START_SECONDS)
        except BaseException:
            emulator.stop()
            raise
        return emulator

    def answers(self) -> bool:
        """Whether it serves requests."""
        try:
            self._http("GET", "/")
        except OSError:
            return False
        return True

    def clear(self, project: str = local.PROJECT) -> None:
        """Delete every document of the project."""
        self._http("DELETE", f"/emulator/v1/projects/{project}/databases/(default)/documents")

    def load_rules(self, source: str, project: str = local.PROJECT) -> None:
        """Replace the project's security rules; raises DevkitError when they do not compile."""
        body = {"rules": {"files": [{"name": "firestore.rules", "content": source}]}}
        try:
            self._http("PUT", f"/emulator/v1/projects/{project}:securityRules", body)
        except urllib.error.HTTPError as error:
            raise DevkitError(f"the emulator refuses the rules: {error.read().decode(errors='replace')}") from error

    def stop(self) -> None:
        """Stop it, if it was started here."""
        if self._process:
            self._process.stop()
        if self._folder:
            for file in self._folder.iterdir():
                file.unlink()
            self._folder.rmdir()
            self._folder = None

    def _http(self, method: str, path: str, body: object = None) -> bytes:
        request = urllib.request.Request(
            f"http://{self.host}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return bytes(answer.read())

    def __enter__(self) -> Emulator:
        """Return itself; leaving the block stops it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()
