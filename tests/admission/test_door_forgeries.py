"""No forged, altered, outdated or foreign code lets anybody in: what the pure part of the door says to each."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from admission.door import tokens
from admission.door.check import Direction, Result, Rules, Scanned, look
from admission.door.tokens import InvalidCode
from common.documents import Doc
from tests.support.ticket_forgeries import Forgery, Hall, forgeries, halls, honest, write

Keys = dict[str, Ed25519PublicKey]
NO_REFERENCE: Any = None


def keys_of(hall: Hall) -> Keys:
    return {kid: Ed25519PrivateKey.from_private_bytes(seed).public_key() for kid, seed in hall.seeds.items()}


def rules_of(hall: Hall) -> Rules:
    return Rules(hall.event_id, None, hall.now + timedelta(hours=1), False, hall.rotating, {})


def answer(shown: Forgery, keys: Keys) -> Result:
    hall = shown.hall
    try:
        code = tokens.verify(shown.token, keys)
    except InvalidCode:
        return Result.INVALID
    ticket = Doc(NO_REFERENCE, hall.tickets.get(code.ticket_id))
    return look(Scanned(code, ticket, [], None, Direction.ENTRY, hall.now), rules_of(hall))


def test_of_twenty_thousand_forgeries_none_is_admitted_and_each_is_answered_right() -> None:
    admitted: list[Forgery] = []
    wrong: list[tuple[str, Result]] = []
    kinds: Counter[str] = Counter()
    for hall in halls():
        keys = keys_of(hall)
        for shown in forgeries(hall):
            kinds[shown.kind] += 1
            said = answer(shown, keys)
            if said is Result.OK:
                admitted.append(shown)
            if said != shown.result:
                wrong.append((f"{shown.kind}: {shown.token[:400]}", said))
    assert admitted == []
    assert wrong == []
    assert kinds.total() >= 20_000
    assert len(kinds) >= 50


@pytest.mark.parametrize("hall", halls(), ids=lambda hall: hall.event_id)
def test_control_every_honest_code_is_admitted(hall: Hall) -> None:
    assert {answer(shown, keys_of(hall)) for shown in honest(hall)} == {Result.OK}


def test_what_a_door_without_a_network_is_shown_says_all_that_it_knows(tmp_path: Path) -> None:
    count = write(tmp_path / "shown.jsonl", tickets=1)
    lines = [json.loads(line) for line in (tmp_path / "shown.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == count > 1_000
    assert {"ok", "invalid", "wrong_event", "transferred", "cancelled", "unpaid", "blocked", "already_used"} >= {
        line["result"] for line in lines
    }
    assert all({"token", "event", "keys", "tickets", "now", "result"} <= line.keys() for line in lines)
