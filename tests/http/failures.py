"""What a failed call says, read from an error answer or from an ordinary one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Failure:
    """What a failed call says, whether as an error or inline."""

    status: str
    reason: str
    message: str
    details: dict[str, Any]


def failure(answer: httpx.Response) -> Failure:
    """The failure in an error answer; anything else is an assertion error that shows the answer."""
    assert 400 <= answer.status_code < 600, (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error"}, body
    assert set(body["error"]) == {"status", "message", "details"}, body
    details = dict(body["error"]["details"])
    return Failure(body["error"]["status"], details.pop("reason"), body["error"]["message"], details)


def inline_failure(answer: httpx.Response) -> Failure:
    """The failure in an ordinary answer."""
    assert answer.status_code == 200, (answer.status_code, answer.text[:500])
    result = answer.json()["result"]
    assert result["ok"] is False
    assert set(result) == {"ok", "error"}
    return Failure(**result["error"])
