"""What being careful costs in a call: the parts that run in every one of them, in microseconds, in this process."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from timeit import timeit

import jwt

import main
from bench.figures import Middle, in_turns
from bench.pages import Report
from common import clock, log
from devkit.local import PROJECT
from qr import tokens

MOST_TOKEN_SECONDS = 100e-6
_ROUNDS, _CALLS = 30, 200
_DATA = {"imeconId": "imecon-1", "ticketType": "dm_consultation", "amount": 5000, "currency": "jpy"}


def measure(report: Report) -> None:
    """Each part and its floor in turns."""
    now, keys, algorithms = clock.now(), {"bench": bytes(range(32))}, [tokens.ALGORITHM]
    kind, key, header = tokens.QrType.USER_POINT_EARN, keys["bench"], {"kid": "bench"}
    token, qr = tokens.issue(kind, "a-uid-of-twenty-eight-letters", keys, PROJECT, now)
    claims = jwt.decode(token, key, algorithms, audience=PROJECT)
    fields = vars(main)["createPaymentIntent"].__kippu__.request
    issue = partial(tokens.issue, kind, qr.target_id, keys, PROJECT, now)
    verify = partial(tokens.verify, token, keys, PROJECT, now)
    _part(report, "issue the token of a code", issue, partial(jwt.encode, claims, key, tokens.ALGORITHM, header))
    _part(report, "verify it", verify, partial(jwt.decode, token, key, algorithms, audience=PROJECT))
    _part(report, "validate the fields of createPaymentIntent", partial(fields.model_validate, _DATA))
    _part(report, "write a log line", partial(log.info, "refused", reason="QR_EXPIRED"))


def _part(report: Report, name: str, part: Callable[[], object], floor: Callable[[], object] | None = None) -> None:
    """`floor` is the library's bare call, where there is one; then there is a target."""
    sides = {"part": part, "floor": floor} if floor else {"part": part}
    # Log lines are written, but not between the lines of the report.
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        found = in_turns(list(sides), _ROUNDS, lambda side: timeit(sides[side], number=_CALLS) / _CALLS)
    middles = [Middle.of(values) for values in found.values()]
    texts = [middle.text(1, 1e6) for middle in middles]
    report.row("parts", name, *(texts if floor else (*texts, "–")), f"{MOST_TOKEN_SECONDS * 1e6:.0f}" if floor else "–")
    report.expect(not floor or middles[0].median <= MOST_TOKEN_SECONDS, f"{name}: {texts[0]} µs")
