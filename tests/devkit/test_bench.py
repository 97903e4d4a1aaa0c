"""The bench: its arithmetic, and that a twin asks for exactly what its function asks for."""

from __future__ import annotations

import ast
import functools
import importlib.util
import json
import os
import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import flask
import pytest
from google.cloud import firestore

from bench import compare, pages, prices, profile
from bench.arena import Arena, Seen
from bench.calls import BY_NAME, Call, Item
from bench.choices import CHOICES, Choice
from bench.compare import REAL, TWIN
from bench.figures import Middle, in_turns, turns
from bench.served import CALLERS, Callers, Wire
from bench.twin import third_party_imports, write_kind
from bench.wire import STRIPE, Request, Usage, usage, watched
from common import documents
from devkit import local
from devkit.emulator import Emulator
from devkit.errors import DevkitError
from devkit.functions_app import load_functions
from devkit.sign_ins import SignIns
from devkit.stripe_sim import StripeSimulator


@pytest.fixture(scope="module")
def place(
    emulator: Emulator, simulator: StripeSimulator, sign_ins: SignIns, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Arena]:
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


def _sent_by_twin(function: Call, folder: Path, item: Item) -> list[Request]:
    """Call the twin in this process and note what it sends."""
    twin, wire = _loaded(folder), function.wire(item)
    with watched(local.PROJECT) as requests:
        twin.client = functools.cache(documents.client)
        with flask.Flask(__name__).test_request_context("/", method="POST", data=wire.body, headers=wire.headers):
            answer = getattr(twin, function.name)(flask.request._get_current_object())  # type: ignore[attr-defined]
        assert flask.Flask(__name__).make_response(answer).status_code == 200
        return requests.copy()


def _outline(requests: list[Request]) -> list[str]:
    """The requests by kind and size, without ids and values: equal for two functions that ask the same."""
    return [_outlined(request) for request in requests]


def _outlined(request: Request) -> str:
    message = request.message
    if request.method == STRIPE:
        (method, url, *_), _ = message
        return f"stripe {method} {re.sub(r'(pi|cs)_[A-Za-z0-9_]+', 'id', url)}"
    if request.method == "BatchGetDocuments":
        return f"read {' '.join(sorted(name.split('/documents/')[1].split('/')[0] for name in message.documents))}"
    if request.method == "Commit":
        return f"commit {' '.join(_kind(write) for write in message.writes)}"
    return request.method


def _kind(write: Any) -> str:
    """`create`, `update`, `set`, `set+mask` (a merge) or `delete`, with a `!` where it is guarded."""
    method, guarded = write_kind(write)
    return f"{method}{'+mask' * ('update_mask' in write)}{'!' * guarded}"


@pytest.mark.parametrize("name", BY_NAME)
def test_a_twin_sends_what_its_function_sends(clean: None, place: Arena, name: str) -> None:
    function = BY_NAME[name]
    place.reset()
    for label, seen in zip(("cold", "warm"), place.record(function), strict=True):
        (fresh,) = place.items(function.after, 1)
        sent = _sent_by_twin(function, place.twin(function, seen, label), fresh)
        assert _outline(sent) == _outline(seen.requests)
        # Made-up ids differ a little in length, times in their digits.
        assert usage(sent).sent_bytes == pytest.approx(usage(seen.requests).sent_bytes, rel=0.05)


def test_every_function_of_main_is_measured() -> None:
    assert {name.removesuffix("-0") for name in load_functions()} == BY_NAME.keys()


def test_a_function_that_asks_for_more_than_its_twin_is_noticed(clean: None, place: Arena) -> None:
    function = BY_NAME["declinePointAward"]
    place.reset()
    seen = place.record(function)[1]
    (fresh,) = place.items(function.after, 1)
    sent = _sent_by_twin(function, place.twin(function, Seen(seen.requests[:-1], seen.ids), "short"), fresh)
    assert _outline(sent) != _outline(seen.requests)


def test_a_twin_writes_about_the_item_it_is_told(clean: None, place: Arena, db: firestore.Client) -> None:
    function = BY_NAME["confirmTicket"]
    place.reset()
    seen = place.record(function)[1]
    (fresh,) = place.items(function.after, 1)
    _sent_by_twin(function, place.twin(function, seen, "told"), fresh)
    ticket, buyer = (
        db.document(path).get() for path in (f"tickets/{fresh.ids['ticket']}", f"users/{fresh.ids['uid']}")
    )
    assert ticket.get("status") == "authorized"
    assert buyer.get("pending_ticket_ids") == [fresh.ids["ticket"]]


def test_a_profile_says_whose_code_takes_the_time(
    clean: None, place: Arena, db: firestore.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "main", sys.modules.get("main"))  # functions-framework puts its own there
    monkeypatch.setattr(profile, "SECONDS", 0.4)
    function = BY_NAME["declinePointAward"]
    place.reset()
    found = profile.measure(place, function, place.record(function)[1])
    for side in (REAL, TWIN):
        assert set(found[side]) == set(pages.GROUPS)
        assert found[side]["Firestore"] > found[side]["pydantic"]
        # It takes a connection to Firestore and JSON of both ends: no less than a thousandth of a second.
        assert 0.001 < sum(found[side].values()) < 1
    assert found[TWIN]["pydantic"] == 0
    assert "FUNCTION_TARGET" not in os.environ


def test_items_are_told_apart_and_keep_their_size(clean: None, place: Arena, db: firestore.Client) -> None:
    place.reset()
    one, other = (item.ids for item in place.items("confirmTicket", 2))
    assert {len(one[name]) for name in one} == {len(other[name]) for name in other}
    assert all(one[name] != other[name] for name in one)
    ticket = json.dumps(db.document(f"tickets/{one['ticket']}").get().to_dict(), default=str)
    assert not any(value in ticket for value in other.values())


def test_imports_are_third_party_and_importable() -> None:
    statements = third_party_imports("confirmTicket")
    assert {"import stripe", "from google.cloud import firestore", "import firebase_admin"} <= set(statements)
    assert "import re" not in statements
    assert not any(word in "\n".join(statements) for word in ("common", "consultation", "__future__"))
    assert "import stripe" not in third_party_imports("redeemTicketCode")
    ast.parse("\n".join(statements))


@pytest.mark.parametrize("choice", CHOICES.values(), ids=list(CHOICES))
def test_what_a_choice_takes_back_is_still_there(choice: Choice) -> None:
    text = (local.FUNCTIONS_DIR / choice.file).read_text(encoding="utf-8")
    assert text.count(choice.now) == 1
    if choice.file.endswith(".py"):
        ast.parse(text.replace(choice.now, choice.before))


def test_turns_give_every_side_every_place_equally_often() -> None:
    orders = [turns(["a", "b", "c"], number) for number in range(6)]
    assert all(sorted(order) == ["a", "b", "c"] for order in orders)
    for place_ in range(3):
        assert sorted(order[place_] for order in orders) == ["a", "a", "b", "b", "c", "c"]


def test_each_side_is_measured_in_every_round() -> None:
    order: list[str] = []

    def measure(side: str) -> float:
        order.append(side)
        return float(len(order))

    found = in_turns(["a", "b"], 3, measure)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert found == {"a": [1.0, 4.0, 5.0], "b": [2.0, 3.0, 6.0]}


def test_a_middle_is_the_median_between_the_quartiles() -> None:
    middle = Middle.of([5, 1, 2, 4, 3])
    assert (middle.median, middle.low, middle.high) == (3, 2, 4)
    assert middle.text(1, 1000) == "3,000.0 (2,000.0–4,000.0)"


def test_a_bill_rounds_the_instance_up_to_its_step_and_sums_what_was_used() -> None:
    used = Usage(trips=10, reads=3, writes=2, deletes=1, stripe_calls=0, sent_bytes=0)
    firestore, instance, network = prices.bill(used, cpu_seconds=0, answered_bytes=0)
    longer = prices.bill(used._replace(trips=11), cpu_seconds=0, answered_bytes=0)
    assert longer[1] - instance == pytest.approx(0.1 * (0.000024 + 0.25 * 0.0000025))
    assert firestore == pytest.approx((3 * 0.038 + 2 * 0.115 + 0.013) / 100_000)
    assert network == 0


def test_an_idle_instance_is_charged_by_the_second() -> None:
    assert prices.idle_instance_a_month() == pytest.approx(2_592_000 * 1.25 * 0.0000025)


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1  # type: ignore[attr-defined]

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
        running.bodies, running.connections = [], 0  # type: ignore[attr-defined]
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def _wire(body: bytes) -> Wire:
    return Wire(body, {"Content-Type": "text/plain"})


def test_callers_share_the_requests_and_each_is_sent_once(server: Any) -> None:
    bodies = [str(number).encode() for number in range(40)]
    Callers(server.server_port, 8).drive([_wire(body) for body in bodies])
    assert sorted(server.bodies) == sorted(bodies)


def test_each_slice_is_sent_over_new_connections(server: Any) -> None:
    callers = Callers(server.server_port, 1)
    for slices in (1, 2):
        callers.drive([_wire(b"call")] * 4)
        assert server.connections == slices


def test_a_failed_call_fails_the_measurement(server: Any) -> None:
    with pytest.raises(DevkitError, match="500"):
        Callers(server.server_port, 2).drive([_wire(b"fine"), _wire(b"fail")])


def test_the_rows_of_functions_stand_below_their_domains() -> None:
    rows = [("issueSecureQR", "3"), ("one that does nothing", "1"), ("confirmTicket", "2"), ("saveStore", "4")]
    assert list(pages.by_domain(rows)) == [
        ("one that does nothing", "1"),
        ("**consultations**", ""),
        ("confirmTicket", "2"),
        ("**points**", ""),
        ("issueSecureQR", "3"),
        ("**the console**", ""),
        ("saveStore", "4"),
    ]


def test_a_page_keeps_what_people_wrote_around_a_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = "".join(f"By hand.\n<!-- make bench: {name} -->\nold {name}\n<!-- end: {name} -->\n" for name in "ab")
    page.write_text(text)
    pages.write(page, "a", "new a")
    assert page.read_text() == text.replace("old a", "new a")


def test_a_table_without_a_place_is_not_lost_unnoticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("By hand.")
    with pytest.raises(DevkitError, match="no marks of the table a"):
        pages.write(page, "a", "new a")


@pytest.mark.parametrize("name", pages.HEADS)
def test_every_table_has_its_place_on_its_page(name: str) -> None:
    text = pages.PAGES[name].read_text(encoding="utf-8")
    assert text.count(f"<!-- make bench: {name} -->") == text.count(f"<!-- end: {name} -->") == 1
    _, _, rest = text.partition(f"<!-- make bench: {name} -->\n")
    assert rest.startswith(f"| {' | '.join(pages.HEADS[name])} |\n")


def test_the_pages_name_the_targets_and_the_assumptions() -> None:
    performance, costs = (" ".join(pages.PAGES[name].read_text(encoding="utf-8").split()) for name in ("cold", "costs"))
    for said in (
        f"at most {compare.MOST_COLD:.2f} × the twin",
        f"at most {compare.MOST_EXTRA_SECONDS * 1000:.1f} ms above the twin",
        f"at least {compare.LEAST_SHARE:.0%} of the twin's",
        f"MiB (target: below {compare.MOST_MIB})",
        f"{CALLERS} callers, calls a second",
        f"{compare.Size().pairs} pairs, started together",
        f"about {profile.SECONDS} seconds of processor time",
    ):
        assert said in performance
    for said in (
        f"{prices.MEMORY_GIB * 1024:.0f} MiB",
        f"{prices.FIRESTORE_TRIP_SECONDS * 1000:.0f} ms for a trip to Firestore",
        f"{prices.STRIPE_CALL_SECONDS * 1000:.0f} ms for a call of Stripe",
    ):
        assert said in costs
