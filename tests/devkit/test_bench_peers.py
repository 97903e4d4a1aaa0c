"""The bench beside Node: what is compared and counted. `make bench ARGS="peer --quick"` calls the peers themselves."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from google.cloud import firestore

from bench import pages, peer_calls, peers
from bench.arena import Arena
from bench.calls import BY_NAME
from bench.pages import Report
from bench.peer_calls import FOLDER, PEERS, ServedPeer
from bench.peers import ITS, MINE, Measured
from bench.served import CALLERS, Callers, Wire
from bench.tap import tap
from bench.wire import usage
from devkit.emulator import Emulator
from devkit.errors import DevkitError
from devkit.process import ROOT
from devkit.seed import connect


class _Callers(Callers):
    """Their calls are answered at once; those that say so are refused."""

    def send(self, wire: Wire) -> float:
        if wire.body == b"refuse":
            raise DevkitError("answered 500")
        return 0.01


def _measured(refused: int = 0) -> Measured:
    served: Any = SimpleNamespace(callers=_Callers(1))
    side = Measured(served, lambda _: [])
    side.refused += ["answered 500"] * refused
    return side


def _reported(mine: list[float], its: list[float], *, name: str = "recordQRUsage", refused: int = 0) -> Report:
    report, sides = Report(), {MINE: _measured(refused), ITS: _measured()}
    peers.report_sides(report, name, sides, {MINE: [1.0, 1.0], ITS: [2.0, 2.0]}, {MINE: mine, ITS: its}, [0.001, 0.002])
    return report


def test_every_peer_is_exported_and_stands_beside_a_measured_function() -> None:
    exported = re.findall(r"^export \{ (.*) \}", (FOLDER / "index.js").read_text(encoding="utf-8"), flags=re.M)
    assert sorted(", ".join(exported).split(", ")) == sorted(PEERS)
    assert PEERS.keys() <= BY_NAME.keys()


def test_every_release_that_a_peer_runs_on_is_pinned() -> None:
    wanted = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    installed = [package for path, package in locked.items() if path]
    assert all("integrity" in package and "resolved" not in package for package in installed)


def test_no_peer_is_deployed() -> None:
    entries = json.loads((ROOT / "firebase.json").read_text(encoding="utf-8"))["functions"]
    assert [entry["source"] for entry in entries] == ["functions"]


def test_a_peer_that_is_not_installed_is_one_line_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(peer_calls, "FOLDER", tmp_path)
    with pytest.raises(DevkitError, match="make bench ARGS=peer"):
        ServedPeer(cast(Arena, None), "checkQRUsage", "127.0.0.1:9")


def test_a_refused_call_is_counted_and_adds_nothing_to_the_rate() -> None:
    answered, half = _measured(), _measured()
    good, bad = Wire(b"answer", {}), Wire(b"refuse", {})
    assert answered.rate([good] * 4) > 0
    assert half.rate([bad] * 4) == 0
    assert (len(answered.refused), len(half.refused)) == (0, 4)
    assert math.isnan(half.call(bad))


def test_a_pair_counts_where_both_sides_succeeded() -> None:
    assert peers.times_as_fast([4.0, math.nan, 3.0, 2.0], [2.0, 1.0, 0.0, 2.0]) == [2.0, 1.0]


def test_a_function_slower_than_its_peer_misses_its_target() -> None:
    assert _reported([100.0, 100.0], [99.0, 99.0]).missed == []
    assert _reported([98.0, 98.0], [99.0, 99.0]).missed == [
        "recordQRUsage: 0.99 × as fast as its peer with 32 callers, at least 1.0"
    ]


@pytest.mark.parametrize("name", peers.LEAST_OF)
def test_some_functions_must_be_faster_by_more(name: str) -> None:
    assert len(_reported([129.0, 129.0], [100.0, 100.0], name=name).missed) == 1
    assert _reported([131.0, 131.0], [100.0, 100.0], name=name).missed == []


def test_a_function_may_refuse_nothing() -> None:
    assert _reported([100.0, 100.0], [99.0, 99.0], refused=2).missed == ["recordQRUsage: 2 calls were refused"]


def test_a_peer_that_never_answered_is_shown_as_such_and_not_beaten() -> None:
    report = _reported([1.0, 1.0], [0.0, 0.0])
    (row,) = report.rows["peer-many"]
    assert len(row) == len(pages.HEADS["peer-many"])
    assert row[2:4] == ("–", "–")
    assert report.missed == []


@pytest.mark.parametrize("answer", [{"used": True}, {"used": False, "more": 1}])
def test_a_peer_that_answers_otherwise_fails_the_measurement(answer: dict[str, Any]) -> None:
    peers.check_alike("checkQRUsage", {"used": False}, {"ok": True, "used": False})
    with pytest.raises(DevkitError, match="checkQRUsage answers otherwise"):
        peers.check_alike("checkQRUsage", answer, {"ok": True, "used": False})


def test_whatever_a_program_asks_firestore_for_is_passed_on_and_counted(clean: None, emulator: Emulator) -> None:
    with tap(emulator.host) as relay:
        db = connect(relay.host)
        kept, gone = db.document("stores/kept"), db.document("stores/gone")
        batch = db.batch()
        batch.set(kept, {"name": "喫茶"})
        batch.delete(gone)
        batch.commit()
        assert [found.exists for found in db.get_all([kept, gone])].count(True) == 1
        assert [found.id for found in db.collection("stores").limit(1).stream()] == ["kept"]
        _rename(db.transaction(), kept)
        db.close()  # type: ignore[no-untyped-call]
        used = usage(relay.requests)
    # A commit, a read of two, a query; and the transaction begins, reads one and commits.
    assert (used.trips, used.reads, used.writes, used.deletes) == (6, 4, 2, 1)
    assert used.sent_bytes > 0


@firestore.transactional
def _rename(transaction: firestore.Transaction, kept: firestore.DocumentReference) -> None:
    assert kept.get(transaction=transaction).get("name") == "喫茶"
    transaction.update(kept, {"name": "書店"})


def test_the_page_names_the_targets() -> None:
    page = " ".join(pages.PAGES["peer-many"].read_text(encoding="utf-8").split())
    others = " and ".join(f"`{name}`" for name in peers.LEAST_OF)
    (more,) = set(peers.LEAST_OF.values())
    assert f"at least {peers.LEAST} × as fast as the peer, and {more} × for {others}" in page
    assert f"{CALLERS} callers: calls a second that succeeded" in page


@pytest.mark.parametrize(("load", "idle"), [(0.4, True), (1.4, False)])
def test_a_busy_machine_is_told_of(
    load: float, idle: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (load, 9.0, 9.0))
    assert peers.idle() is idle
    assert ("not be written" in capsys.readouterr().err) is not idle
