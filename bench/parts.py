"""What being careful costs in a call: the parts that run in every one of them, in microseconds, in this process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import jwt

from bench.statistics import Middle
from common import clock, log
from consultation.purchase import CreatePaymentIntentRequest
from qr import tokens
from qr.tokens import QrType

MOST_TOKEN_SECONDS = 100e-6
_ROUNDS, _CALLS = 30, 200
_KEYS = {"bench": bytes(range(32))}
_PROJECT = "demo-kippu"
_DATA = {"imeconId": "imecon-1", "ticketType": "dm_consultation", "amount": 5000, "currency": "jpy"}


@dataclass(frozen=True)
class Part:
    """One part: seconds a time, and those of the library's bare call beside it where there is one."""

    name: str
    seconds: Middle
    floor: Middle | None = None
    most: float | None = None


def measure() -> list[Part]:
    """Each part and its floor in turns."""
    # Log lines are written, but not between the lines of the report.
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        return list(_parts())


def _parts() -> Iterator[Part]:
    now, key = clock.now(), _KEYS["bench"]
    token, qr = tokens.issue(QrType.USER_POINT_EARN, "a-uid-of-twenty-eight-letters", _KEYS, _PROJECT, now)
    claims = jwt.decode(token, key, [tokens.ALGORITHM], audience=_PROJECT)
    yield _part(
        "issue the token of a code",
        lambda: tokens.issue(QrType.USER_POINT_EARN, qr.target_id, _KEYS, _PROJECT, now),
        lambda: jwt.encode(claims, key, tokens.ALGORITHM, {"kid": "bench"}),
        MOST_TOKEN_SECONDS,
    )
    yield _part(
        "verify it",
        lambda: tokens.verify(token, _KEYS, _PROJECT, now),
        lambda: jwt.decode(token, key, [tokens.ALGORITHM], audience=_PROJECT),
        MOST_TOKEN_SECONDS,
    )
    yield _part("validate the fields of createPaymentIntent", lambda: CreatePaymentIntentRequest.model_validate(_DATA))
    yield _part("write a log line", lambda: log.info("refused", reason="QR_EXPIRED"))


def _part(
    name: str, call: Callable[[], object], floor: Callable[[], object] | None = None, most: float | None = None
) -> Part:
    mine, bare = [], []
    for _ in range(_ROUNDS):
        mine.append(_seconds(call))
        if floor is not None:
            bare.append(_seconds(floor))
    return Part(name, Middle.of(mine), Middle.of(bare) if bare else None, most)


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(_CALLS):
        call()
    return (time.perf_counter() - began) / _CALLS
