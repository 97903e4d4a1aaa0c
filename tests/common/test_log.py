"""Log lines: each is one JSON object in one write, because alerts read lines."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import pytest
from firebase_functions import logger

from common import log
from common.alerts import Alert


class Writes(io.StringIO):
    """A stream that keeps what each write brought, as a pipe shared by threads and processes would see it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def write(self, text: str) -> int:
        self.seen.append(text)
        return super().write(text)


@contextmanager
def streams() -> Iterator[dict[str, Writes]]:
    found = {"stdout": Writes(), "stderr": Writes()}
    with redirect_stdout(found["stdout"]), redirect_stderr(found["stderr"]):
        yield found


def entry(stream: Writes) -> dict[str, Any]:
    (line,) = stream.seen
    assert line.endswith("\n")
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.mark.parametrize("severity", ["INFO", "WARNING", "ERROR"])
def test_a_line_is_one_write_to_the_stream_of_its_severity(severity: str) -> None:
    with streams() as found:
        getattr(log, severity.lower())("what happened", ticket="u1.a")
    used, other = ("stderr", "stdout") if severity == "ERROR" else ("stdout", "stderr")
    assert entry(found[used]).items() >= {"severity": severity, "message": "what happened", "ticket": "u1.a"}.items()
    assert found[other].seen == []


def test_control_the_sdks_logger_needs_two_writes() -> None:
    with streams() as found:
        logger.write({"severity": logger.LogSeverity.INFO, "message": "what happened"})
    assert len(found["stdout"].seen) == 2


@pytest.mark.parametrize("value", ["\ud800", "a\nb", "満席", float("nan"), {"a": [1, None]}, object()])
def test_any_value_can_be_logged(value: object) -> None:
    with streams() as found:
        log.info("what happened", value=value)
    assert "value" in entry(found["stdout"])
    found["stdout"].seen[0].encode("ascii")


def test_an_exception_brings_its_traceback() -> None:
    with streams() as found:
        try:
            raise ValueError("the cause")
        except ValueError:
            log.exception(Alert.SCHEDULE_FAILED)
    assert "ValueError: the cause" in entry(found["stderr"])["traceback"]


def test_what_a_request_is_about_stands_on_its_further_lines_and_on_no_other_requests() -> None:
    with streams() as found:
        log.start("createPaymentIntent")
        log.about(uid="u1", ticket="u1.a")
        log.warning("what happened", ticket="u1.b")
        log.start("createPaymentIntent")
        log.warning("what happened")
    first, second = map(json.loads, found["stdout"].seen)
    assert (first["uid"], first["ticket"]) == ("u1", "u1.b")
    assert {"uid", "ticket"} & set(second) == set()
