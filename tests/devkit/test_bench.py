"""The bench: its arithmetic, and that a twin asks for exactly what its function asks for."""

from __future__ import annotations

import ast
import functools
import importlib.util
import json
import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import flask
import pytest
from google.cloud import firestore

from bench import pages, prices, profile
from bench.arena import SCHEDULE, Arena, request_of, request_of_twin
from bench.bare.imports import third_party_imports
from bench.calls import FUNCTIONS, Measured
from bench.choices import CHOICES, Choice
from bench.load import Caller, drive
from bench.statistics import Middle, turns
from bench.warm import REAL, TWIN
from bench.wire import outline, usage, watched
from common import documents
from devkit import local
from devkit.emulator import Emulator
from devkit.errors import DevkitError
from devkit.functions_app import load_functions
from devkit.stripe_sim import StripeSimulator

BY_NAME = {function.name: function for function in FUNCTIONS}


@pytest.fixture(scope="module")
def place(emulator: Emulator, simulator: StripeSimulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    arena = Arena(emulator, simulator, tmp_path_factory.mktemp("bench"))
    yield arena
    arena.db.close()  # type: ignore[no-untyped-call]


def _loaded(folder: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"twin_{folder.name.replace('-', '_')}", folder / "main.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _sent_by_twin(place: Arena, function: Measured, folder: Path, ids: dict[str, str], template: Any, day: Any) -> Any:
    """Call the twin in this process and note what it sends."""
    twin = _loaded(folder)
    wire = SCHEDULE
    if function.call is not None:
        wire = request_of_twin(function, function.call(ids, template, day), ids)
    with watched(local.PROJECT) as requests:
        twin.client = functools.cache(documents.client)
        with flask.Flask(__name__).test_request_context("/", method="POST", data=wire.body, headers=wire.headers):
            answer = getattr(twin, function.name)(flask.request._get_current_object())  # type: ignore[attr-defined]
        assert flask.Flask(__name__).make_response(answer).status_code == 200
        return requests.copy()


@pytest.mark.parametrize("name", BY_NAME)
def test_a_twin_sends_what_its_function_sends(clean: None, place: Arena, name: str) -> None:
    function = BY_NAME[name]
    day, template = place.prepare(function)
    recording = place.record(function, day, template)
    for label, requests, ids in zip(("cold", "warm"), (recording.cold, recording.warm), recording.ids, strict=True):
        folder = place.write_twin(function, requests, ids, label)
        (fresh,) = place.items(template, 1)
        sent = _sent_by_twin(place, function, folder, fresh, template, day)
        assert outline(sent) == outline(requests)
        mine, its = usage(requests), usage(sent)
        # Made-up ids differ a little in length, times in their digits.
        assert its.sent_bytes == pytest.approx(mine.sent_bytes, rel=0.05)


def test_every_function_of_main_is_measured() -> None:
    assert {name.removesuffix("-0") for name in load_functions()} == BY_NAME.keys()


def test_a_function_that_asks_for_more_than_its_twin_is_noticed(clean: None, place: Arena) -> None:
    function = BY_NAME["declinePointAward"]
    day, template = place.prepare(function)
    recording = place.record(function, day, template)
    folder = place.write_twin(function, recording.warm[:-1], recording.ids[1], "short")
    (fresh,) = place.items(template, 1)
    assert outline(_sent_by_twin(place, function, folder, fresh, template, day)) != outline(recording.warm)


def test_a_profile_says_whose_code_takes_the_time(
    clean: None, place: Arena, db: firestore.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "main", sys.modules.get("main"))  # functions-framework puts its own there
    monkeypatch.setattr(profile, "SECONDS", 0.4)
    function = BY_NAME["declinePointAward"]
    day, template = place.prepare(function)
    found = profile.measure(place, function, place.record(function, day, template), day, template)
    for side in (REAL, TWIN):
        assert set(found.seconds[side]) == set(profile.GROUPS)
        assert found.seconds[side]["Firestore"] > found.seconds[side]["pydantic"]
        # It takes a connection to Firestore and JSON of both ends: no less than a thousandth of a second.
        assert 0.001 < sum(found.seconds[side].values()) < 1
    assert found.seconds[TWIN]["pydantic"] == 0
    assert "FUNCTION_TARGET" not in os.environ


def test_items_are_told_apart_and_keep_their_size(clean: None, place: Arena, db: firestore.Client) -> None:
    day, template = place.prepare(BY_NAME["redeemTicketCode"])
    one, other = place.items(template, 2)
    assert {len(one[name]) for name in one} == {len(other[name]) for name in other}
    assert all(one[name] != other[name] for name in one)
    assert day.ids["uid"] not in json.dumps(db.document(f"tickets/{one['ticket']}").get().to_dict(), default=str)
    assert request_of(BY_NAME["redeemTicketCode"], BY_NAME["redeemTicketCode"].call(one, template, day)).body  # type: ignore[misc]


def test_imports_are_third_party_and_importable() -> None:
    statements = third_party_imports("confirmTicket")
    assert {"import stripe", "from google.cloud import firestore", "import firebase_admin"} <= set(statements)
    assert not any(word in "\n".join(statements) for word in ("common", "consultation", "import re", "__future__"))
    assert "import stripe" not in third_party_imports("redeemTicketCode")
    ast.parse("\n".join(statements))


@pytest.mark.parametrize("choice", [choice for choice in CHOICES if choice.line], ids=lambda choice: choice.function)
def test_what_a_choice_takes_back_is_still_there(choice: Choice) -> None:
    assert choice.line is not None
    name, now, before = choice.line
    text = (local.FUNCTIONS_DIR / name).read_text(encoding="utf-8")
    assert text.count(now) == 1
    ast.parse(text.replace(now, before))


def test_turns_give_every_side_every_place_equally_often() -> None:
    orders = [turns(["a", "b", "c"], number) for number in range(6)]
    assert all(sorted(order) == ["a", "b", "c"] for order in orders)
    for place_ in range(3):
        assert sorted(order[place_] for order in orders) == ["a", "a", "b", "b", "c", "c"]


def test_a_middle_is_the_median_between_the_quartiles() -> None:
    middle = Middle.of([5, 1, 2, 4, 3])
    assert (middle.median, middle.low, middle.high) == (3, 2, 4)
    assert middle.text(1, 1000) == "3,000.0 (2,000.0–4,000.0)"


def test_a_bill_rounds_the_instance_up_to_its_step_and_sums_what_was_used() -> None:
    used = {"reads": 3, "writes": 2, "deletes": 1, "stripe_calls": 0, "answered_bytes": 0}
    short, longer = (prices.bill(trips=trips, cpu_seconds=0, **used) for trips in (10, 11))
    assert longer.instance - short.instance == pytest.approx(0.1 * (0.000024 + 0.25 * 0.0000025))
    assert short.firestore == pytest.approx((3 * 0.038 + 2 * 0.115 + 0.013) / 100_000)
    assert short.total == short.firestore + short.instance


def test_an_idle_instance_is_charged_by_the_second() -> None:
    assert prices.idle_instance_a_month() == pytest.approx(2_592_000 * 1.25 * 0.0000025)


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 500 if body == b"fail" else 200
        self.server.bodies.append(body)  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as running:
        running.bodies = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def _wire(body: bytes) -> Any:
    return type(SCHEDULE)(body, {"Content-Type": "text/plain"})


def test_callers_share_the_requests_and_each_is_sent_once(server: Any) -> None:
    bodies = [str(number).encode() for number in range(40)]
    done = drive(server.server_port, [_wire(body) for body in bodies], 8)
    assert sorted(server.bodies) == sorted(bodies)
    assert len(done.latencies) == 40
    assert done.per_second == pytest.approx(40 / done.seconds)


def test_a_failed_call_fails_the_measurement(server: Any) -> None:
    with pytest.raises(DevkitError, match="500"):
        drive(server.server_port, [_wire(b"fine"), _wire(b"fail")], 2)


def test_nobody_listening_is_not_yet_a_failure(server: Any) -> None:
    free = Caller(server.server_port)
    assert free.connects()
    free.close()


def test_a_page_keeps_what_people_wrote_around_a_part(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    pages.write(page, "Title", {"a": "old a", "b": "old b"})
    page.write_text(page.read_text().replace("# Title", "# Title\n\nBy hand."))
    pages.write(page, "Title", {"a": "new a"})
    text = page.read_text()
    assert "By hand." in text
    assert "new a" in text
    assert "old a" not in text
    assert text.count("old b") == 1
