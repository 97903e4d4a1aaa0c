"""Structured logs, one JSON object a line, each with the function and the request it belongs to.

Never log ticket codes, client secrets, tokens, keys or card data: pass ids and reasons.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
import traceback
from contextvars import ContextVar
from typing import Any

from flask import Request

from common.alerts import Alert

_TRACE_ID = re.compile(r"[0-9a-f]{32}")
_context: ContextVar[dict[str, Any] | None] = ContextVar("log_context", default=None)
_began: ContextVar[float | None] = ContextVar("log_began", default=None)


def start(function: str, request: Request | None = None) -> None:
    """Name the request that this thread now serves: by its trace, which the platform puts in a header, or at random."""
    id_, _, _ = (request.headers.get("X-Cloud-Trace-Context", "") if request else "").partition("/")
    if not _TRACE_ID.fullmatch(id_):
        id_ = f"{random.getrandbits(128):032x}"  # no secret, so it need not cost a system call
    _context.set({"function": function, "requestId": id_})
    _began.set(time.monotonic())


def about(**fields: Any) -> None:
    """Say this too in every further line of the request: who it is of, and what it is about."""
    _context.set({**(_context.get() or {}), **fields})


def elapsed_ms() -> int:
    """Milliseconds since the request began."""
    began = _began.get()
    return 0 if began is None else int((time.monotonic() - began) * 1000)


def request_id() -> str:
    """The id of the request being served, which an ``INTERNAL`` answer carries."""
    return str((_context.get() or {}).get("requestId", ""))


def _write(severity: str, message: str, fields: dict[str, Any]) -> None:
    entry = {"severity": severity, "message": message, **(_context.get() or {}), **fields}
    # One write for the line and its end: the SDK's logger makes two, and between them another thread's line can come,
    # after which neither is JSON and no alert sees them.
    stream = sys.stderr if severity == "ERROR" else sys.stdout
    stream.write(json.dumps(entry, default=str) + "\n")
    stream.flush()


def info(message: str, **fields: Any) -> None:
    """What happened, for whoever follows a request."""
    _write("INFO", message, fields)


def warning(message: str, **fields: Any) -> None:
    """Something that mends itself, but should stay rare."""
    _write("WARNING", message, fields)


def error(alert: Alert, **fields: Any) -> None:
    """Something a person must look at."""
    _write("ERROR", alert, fields)


def exception(alert: Alert, **fields: Any) -> None:
    """An unexpected exception, with its traceback, from inside its handler."""
    error(alert, traceback=traceback.format_exc(), **fields)
