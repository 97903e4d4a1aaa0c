"""Call functions over HTTP as the Firebase SDKs do, with unsigned tokens like the auth emulator's."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import httpx
import jwt

from devkit import local

_TIMEOUT_SECONDS = 70.0


class CallableError(Exception):
    """A callable's failure: HTTP status, canonical status, `details.reason`, message and details."""

    def __init__(self, http: int, status: str, reason: str | None, message: str, details: Any = None) -> None:
        super().__init__(f"{http} {status} {reason or '-'}: {message}")
        self.http, self.status, self.reason, self.message, self.details = http, status, reason, message, details


def id_token(uid: str, **claims: Any) -> str:
    """An ID token as the auth emulator makes it: algorithm none, for `uid`, with custom `claims`."""
    issued = int(time.time())
    payload = {
        "iss": f"https://securetoken.google.com/{local.PROJECT}",
        "aud": local.PROJECT,
        "sub": uid,
        "user_id": uid,
        "auth_time": issued,
        "iat": issued,
        "exp": issued + 3600,
        "firebase": {"sign_in_provider": "custom", "identities": {}},
        **claims,
    }
    return jwt.encode(payload, "", algorithm="none")


def call_headers(
    uid: str | None = None, claims: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Headers of a callable request by `uid` (None: signed out); `headers` come on top and win."""
    token = {"Authorization": f"Bearer {id_token(uid, **(claims or {}))}"} if uid is not None else {}
    return {"Content-Type": "application/json", **token, **(headers or {})}


def call_result(http: int, body: str) -> Any:
    """The result in a callable's answer; raises CallableError for a failure."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not {"result", "error"} & answer.keys():
        raise CallableError(http, "UNKNOWN", None, f"not an answer of a callable: {body[:500]!r}")
    if "error" not in answer:
        return answer["result"]
    error = answer["error"]
    details = error.get("details")
    reason = details.get("reason") if isinstance(details, dict) else None
    raise CallableError(http, error.get("status", "UNKNOWN"), reason, error.get("message", ""), details)


class Caller(ABC):
    """Calls functions, however a request gets to them: a subclass says so in `post`."""

    @abstractmethod
    def post(self, name: str, content: str | bytes, headers: Mapping[str, str]) -> Any:
        """Send a request as it is, for the webhook and for whatever is not a well-formed call."""

    def call(
        self,
        name: str,
        data: Any,
        uid: str | None = None,
        claims: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Result of the callable `name` for the user `uid`; raises CallableError."""
        answer = self.post(name, json.dumps({"data": data}), call_headers(uid, claims, headers))
        return call_result(answer.status_code, answer.text)

    def run_schedule(self, name: str) -> None:
        """Run the schedule `name` once, now; raises CallableError when it fails."""
        answer = self.post(f"{name}-0", "{}", {"Content-Type": "application/json"})
        if answer.status_code >= 300:
            raise CallableError(answer.status_code, "SCHEDULE_FAILED", None, answer.text[:500])


class FunctionsClient(Caller):
    """Calls the functions served at `base` (`http://host:port`); may be shared by threads."""

    def __init__(self, base: str) -> None:
        self.base = base
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
        # Proxy settings of the machine must not carry loopback calls away.
        self._http = httpx.Client(timeout=_TIMEOUT_SECONDS, limits=limits, trust_env=False)
        self.close = self._http.close

    def post(self, name: str, content: str | bytes, headers: Mapping[str, str]) -> httpx.Response:
        return self._http.post(local.function_url(self.base, name), content=content, headers=dict(headers))
