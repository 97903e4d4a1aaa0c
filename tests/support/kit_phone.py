"""A phone that runs the actions of the package for apps against the local stack: flutterflow/test/phone.dart."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from devkit import local
from devkit.client import id_token
from devkit.stack import Stack

from . import kit_answers
from .calls import Json

VISA, DECLINED, NO_FUNDS = "pm_card_visa", "pm_card_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds"
THREE_D_SECURE = "pm_card_threeDSecure2Required"

# What the plugin of the callables is known to throw, and what nobody promises not to: a class and its code.
THROWN_BY_CALLS = [
    *[("FirebaseFunctionsException", code) for code in ("unavailable", "internal", "deadline-exceeded", "unknown", "")],
    ("FirebaseFunctionsException", "resource-exhausted"),
    ("FirebaseFunctionsException", "unauthenticated"),
    ("FirebaseException", "unknown"),
    ("PlatformException", "channel-error"),
    ("MissingPluginException", "call"),
    *[(what, "") for what in ("TimeoutException", "SocketException", "FormatException", "UnsupportedError")],
    *[(what, "") for what in ("TypeError", "StateError", "ArgumentError", "AssertionError", "String")],
]
REASONS_OF_CODES = {"resource-exhausted": "BUSY", "unauthenticated": "UNAUTHENTICATED"}
_STRANGE_ERRORS: list[Any] = [None, "x", [], {}, {"reason": 5}, {"reason": ""}, {"details": "x"}, {"message": 5}]
STRANGE_ANSWERS: list[Any] = [
    *[None, "", "<html>", 5, 1.5, True, [], [1], {}, {"ok": None}, {"ok": "true"}, {"ok": False}],
    *[{"ok": False, "error": error} for error in _STRANGE_ERRORS],
]
"""What no function answers, nor a server on the way says in its place."""

LAPTOP = "192.168.1.5"
"""The address of the computer that runs `make serve`, as a phone in the same network knows it."""

_ANSWERS_WITHIN_SECONDS = 60


class ActionThrewError(AssertionError):
    """An action did not complete with an answer."""


class KitPhone:
    """One phone, with the app running on it from here until `close`, or until `kill`.

    Args:
        command: what starts phone.dart.
        stack: what its network leads to.
    """

    def __init__(self, command: list[str], stack: Stack) -> None:
        self._program = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            # A group of its own: a `dart` on PATH may be a script that starts the VM.
            start_new_session=True,
        )
        self._ids = itertools.count(1)
        self._waiting: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()
        self._got_stuck = 0
        self.printed: list[str] = []
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read, self._read_errors)]
        for reader in self._readers:
            reader.start()
        self.do("hosts", hosts=_hosts(stack))

    # What the app does.

    def call(self, name: str, *arguments: Any) -> Any:
        """The action's answer; raises ActionThrewError if it throws, or does not complete."""
        return self.answer(self.begin(name, *arguments))

    def begin(self, name: str, *arguments: Any) -> Future[Any]:
        """Start an action; `answer` gives its answer."""
        return self._send("call", name=name, arguments=list(arguments))

    def answer(self, begun: Future[Any]) -> Any:
        return begun.result(_ANSWERS_WITHIN_SECONDS)

    def actions(self) -> dict[str, list[str]]:
        """The types of the arguments of every action and function of the package."""
        found: dict[str, list[str]] = self.do("actions")
        return found

    # Who holds the phone, and what becomes of it.

    def sign_in(self, uid: str, **claims: Any) -> None:
        self.do("sign in", uid=uid, token=id_token(uid, **claims))

    def sign_in_by_password(self, email: str, password: str) -> None:
        """By the plugin's own call."""
        self.do("sign in by password", email=email, password=password)

    def sign_out(self) -> None:
        self.do("sign out")

    def at_the_sheet(self, *steps: str) -> None:
        """What is done at the next PaymentSheet: see flutterflow/test/plugins/surroundings."""
        self.do("person", steps=steps)

    def go_on(self) -> None:
        """Whoever waits at the sheet goes on."""
        self.do("go on")

    def waits_at_the_sheet(self) -> None:
        """Return once the sheet is open, and somebody waits there."""
        self._until(lambda: self.seen()["waiting"])

    def network(self, up: bool) -> None:
        self.do("network", up=up)

    def platform(self, name: str) -> None:
        """Of `web`, `android`, `iOS`, or `release` for no debug build."""
        self.do("platform", name=name)

    def after_its_time(self, begun: Future[Any]) -> Any:
        """The answer of an action that waits for what does not come, once every time limit is over."""
        self.gets_stuck()
        self.do("time passes")
        return self.answer(begun)

    def gets_stuck(self) -> None:
        """Return once one more call waits for what does not come, or comes late."""
        self._until(lambda: self.seen()["stuck"] > self._got_stuck)
        self._got_stuck = self.seen()["stuck"]

    def late_answers_come(self) -> None:
        """What `answers late` is heard of now."""
        self.do("late answers")

    def order(self, name: str, *orders: Any) -> None:
        """What happens at the next calls of a callable or of a plugin's method, one order for each."""
        self.do("order", name=name, orders=orders)

    def throws(self, name: str, what: str, code: str = "") -> None:
        """The next call of a callable or of a plugin's method throws `what`."""
        self.order(name, {"throws": what, "code": code})

    def opened_by(self, address: str) -> None:
        """Some page leads to an address of the app."""
        self.do("open", address=address)

    def goes_to_the_background_and_back(self) -> None:
        for state in ("inactive", "hidden", "paused", "hidden", "inactive", "resumed"):
            self.do("state", name=state)

    def seen(self) -> Json:
        """What was shown on it and opened, and what the actions told: see phone.dart."""
        found: Json = self.do("seen")
        return found

    def told(self, name: str, count: int) -> list[Any]:
        """The `count` things that the function of this name was told, as soon as it was told them all."""
        self._until(lambda: len(self.seen()["told"].get(name, [])) >= count)
        found: list[Any] = self.seen()["told"][name]
        return found

    def says(self, count: int) -> list[str]:
        """Take the `count` lines off the app's console, as soon as it has said them."""
        self._until(lambda: len(self.printed) >= count)
        said = self.printed[:count]
        del self.printed[:count]
        return said

    # How it is driven.

    def do(self, what: str, **with_: Any) -> Any:
        return self.answer(self._send(what, **with_))

    def close(self) -> None:
        """The app is closed; whatever went wrong beside the actions' answers is raised."""
        uncaught, misread = ([], []) if self._program.poll() is not None else (self.seen()["uncaught"], self._misread())
        self.kill()
        assert uncaught == [], "errors that no action caught"
        assert misread == [], "answers that the typed classes do not give as they are"
        assert self.printed == [], "an app's console is no place to say anything"

    def kill(self) -> None:
        """The app is killed, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._program.pid, signal.SIGKILL)
        self._program.wait()
        for reader in self._readers:
            reader.join()
        for stream in (self._program.stdin, self._program.stdout, self._program.stderr):
            if stream:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def ended(self) -> None:
        """Return once the app has ended by itself."""
        assert self._program.wait(_ANSWERS_WITHIN_SECONDS) == 0

    def _misread(self) -> list[str]:
        """What the typed classes do not give as it was answered."""
        answers = self.do("parsed", classes=kit_answers.classes())
        refused = [each for each in answers if each["class"] == "KippuError"]
        wrong = [f"{each['json']}: {each['parsed']}" for each in refused if not _is_told(**each)]
        given = [each for each in answers if each["class"] != "KippuError"]
        return wrong + [one for each in given for one in kit_answers.differences(each["json"], each["parsed"])]

    def _send(self, what: str, **with_: Any) -> Future[Any]:
        assert self._program.stdin is not None
        future: Future[Any] = Future()
        with self._lock:
            number = next(self._ids)
            self._waiting[number] = future
            print(json.dumps({"id": number, "do": what, **with_}), file=self._program.stdin, flush=True)
        return future

    def _read(self) -> None:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            if not line.startswith('{"id":'):
                self.printed.append(line)
                continue
            answer = json.loads(line)
            future = self._waiting.pop(answer["id"])
            if "threw" in answer:
                future.set_exception(ActionThrewError(answer["threw"]))
            else:
                future.set_result(answer["answer"])
        for future in self._waiting.values():
            future.set_exception(ActionThrewError("the app has ended"))

    def _read_errors(self) -> None:
        assert self._program.stderr is not None
        self.printed.extend(self._program.stderr)

    def _until(self, so: Callable[[], Any]) -> None:
        deadline = time.monotonic() + _ANSWERS_WITHIN_SECONDS
        while not so():
            assert time.monotonic() < deadline
            time.sleep(0.02)


def _is_told(json: Json, parsed: Json, **_: Any) -> bool:
    """Whether a typed error has the reason and the message of a refusal."""
    error = json["error"]
    return (parsed["reason"].lower(), parsed["message"]) == (error["reason"].replace("_", "").lower(), error["message"])


def _hosts(stack: Stack) -> dict[str, str]:
    """Where the hosts are that an app knows: those of production, and `make serve` as a phone sees it."""
    firestore = f"http://{stack.emulator.host}"
    served = {5001: stack.url, 8080: firestore, 5002: stack.console.origin}
    computers = ("localhost", "10.0.2.2", LAPTOP)
    return {
        f"{local.REGION}-{local.PROJECT}.cloudfunctions.net": f"{stack.url}/{local.PROJECT}/{local.REGION}",
        "firestore.googleapis.com": firestore,
        "api.stripe.com": stack.simulator.url,
        **{f"{computer}:{port}": url for computer in computers for port, url in served.items()},
    }
