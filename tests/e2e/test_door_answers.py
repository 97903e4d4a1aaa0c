"""The door page without a network gives the answers that the server gives, to forged codes and honest ones alike."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from admission.door.check import Direction, Rules, Scanned, look
from admission.door.tokens import TicketCode, event_hash
from common.documents import Doc
from devkit.process import ROOT
from tests.support.ticket_forgeries import Hall, Json, halls, honest, write

CASES = 3_000
GATES = ["北", "南", "東"]
NO_REFERENCE: Any = None


def page_answers(lines: Iterable[str]) -> list[str]:
    """What the page's own modules say to each."""
    script = str(Path(__file__).with_name("door_answers.mjs"))
    done = subprocess.run(
        ["node", script], input="\n".join(lines), text=True, capture_output=True, cwd=ROOT, check=True
    )
    return done.stdout.split()


def test_every_forged_altered_and_foreign_code_gets_the_same_answer(tmp_path: Path) -> None:
    count = write(tmp_path / "shown.jsonl")
    lines = (tmp_path / "shown.jsonl").read_text("utf-8").splitlines()
    shown = [json.loads(line) for line in lines]
    wrong = Counter(
        (it["kind"], it["result"], said)
        for it, said in zip(shown, page_answers(lines), strict=True)
        if said != it["result"]
    )
    assert wrong == Counter()
    assert count >= 20_000
    # The control: honest codes among them are let in.
    assert "ok" in {it["result"] for it in shown}


def test_at_any_gate_and_time_in_any_state_it_decides_as_the_server_does() -> None:
    chance = random.Random(7)
    asked = [case for hall in halls(tickets=4) for case in cases(hall, chance)]
    said = page_answers(json.dumps(line) for line, _ in asked)
    wrong = [(line, right, it) for (line, right), it in zip(asked, said, strict=True) if it != right]
    assert wrong == []
    assert {right for _, right in asked} == {
        "ok",
        "already_used",
        "wrong_gate",
        "wrong_time",
        "cancelled",
        "unpaid",
        "blocked",
    }


def cases(hall: Hall, chance: random.Random) -> Iterator[tuple[Json, str]]:
    """A genuine code at a door like any other, and what the server says to it."""
    codes = {shown.ticket_id: shown.token for shown in honest(hall)}
    for _ in range(CASES // 2):
        ticket_id = chance.choice(list(codes))
        state = chance.choice(["valid", "valid", "used", "used", "cancelled", "unpaid", "blocked"])
        ticket = {
            **hall.tickets[ticket_id],
            "status": {"unpaid": "cancelled", "blocked": "valid"}.get(state, state),
            "ended_because": "unpaid" if state == "unpaid" else None,
            "blocked": state == "blocked",
            "inside": state == "used" and chance.random() < 0.5,
        }
        rules = Rules(
            event_id=hall.event_id,
            opens_at=chance.choice([None, hall.now - timedelta(seconds=1), hall.now, hall.now + timedelta(seconds=1)]),
            closes_at=hall.now + timedelta(seconds=chance.choice([0, 1, 3600])),
            reentry=chance.random() < 0.5,
            rotating=hall.rotating,
            gates=chance.choice([{}, {"ga": []}, {"ga": ["北"]}, {"ga": ["北", "南"]}, {"other": ["東"]}]),
        )
        staff = chance.choice([[], ["北"], ["北", "南"]])
        gate = chance.choice([None, *GATES])
        direction = chance.choice(list(Direction))
        minute = hall.minute if hall.rotating else None
        code = TicketCode(ticket_id, int(ticket["generation"]), event_hash(hall.event_id), None, minute)
        right = look(Scanned(code, Doc(NO_REFERENCE, ticket), staff, gate, direction, hall.now), rules)
        known = {name: ticket[name] for name in ("generation", "inside", "tier", "seat_number")}
        shown = next(it for it in honest(hall) if it.ticket_id == ticket_id).line()
        yield (
            {
                **shown,
                "tickets": [{"ticket_id": ticket_id, "state": state, "entered_at": None, **known}],
                "rules": {
                    "opens_at": rules.opens_at and rules.opens_at.isoformat(),
                    "closes_at": rules.closes_at.isoformat(),
                    "reentry": rules.reentry,
                    "gates": staff,
                    "tiers": rules.gates,
                },
                "gate": gate,
                "direction": direction,
            },
            str(right),
        )
