"""A small client for the Firestore emulator's REST API that says whether a request was allowed.

REST instead of an SDK because the client SDKs that obey the rules are not written in Python, and because each
request here carries the token of another person.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection
from math import isfinite
from typing import Any, Final

Fields = Mapping[str, Any]
"""A document as Python values: str, bool, int, float (finite or NaN), None, datetime (UTC), list, dict, `Ref`, and what
follows."""

SERVER_TIME: Final = object()
"""Write sentinel: the server's time of the request, as FieldValue.serverTimestamp() in the app's SDK."""

_OWNER: Final = {"Authorization": "Bearer owner"}
_TIMEOUT_SECONDS: Final = 30


@dataclass(frozen=True)
class Ref:
    """A DocumentReference, by its path below the database's root."""

    path: str

    def __str__(self) -> str:
        """The path, for test ids."""
        return self.path


@dataclass(frozen=True)
class Transform:
    """Write sentinel for a field transform: `Transform("increment", 100)` as FieldValue.increment(100)."""

    kind: str
    value: Any


@dataclass(frozen=True)
class Person:
    """Somebody at the app: `uid` is None when signed out; `claims` are custom claims of the token."""

    uid: str | None
    claims: Mapping[str, Any]

    def headers(self) -> dict[str, str]:
        """The Authorization header with an unsigned token, as the auth emulator issues them."""
        if self.uid is None:
            return {}
        head = {"alg": "none", "typ": "JWT"}
        body = {"sub": self.uid, "user_id": self.uid, **self.claims}
        return {"Authorization": f"Bearer {_base64(head)}.{_base64(body)}."}


class Database:
    """One project of the emulator; every project has its own documents, rules and rule coverage.

    Args:
        host: `address:port` of a running emulator.
        project: the project's id.
    """

    def __init__(self, host: str, project: str) -> None:
        # One connection kept open: a suite of thousands of small requests is mostly their overhead.
        self._http = HTTPConnection(host, timeout=_TIMEOUT_SECONDS)
        self._project = project
        self._root = f"projects/{project}/databases/(default)/documents"

    def close(self) -> None:
        """Close the connection; the emulator keeps the project."""
        self._http.close()

    def coverage(self) -> dict[str, Any]:
        """The emulator's report of every expression in the rules and the values it has had so far."""
        status, body = self._request("GET", f"/emulator/v1/projects/{self._project}:ruleCoverage", {})
        assert status == HTTPStatus.OK, body
        report: dict[str, Any] = json.loads(body)
        return report

    def seed(self, documents: Mapping[str, Fields | None]) -> None:
        """Write whole documents past the rules, in one commit; None deletes."""
        writes = [
            {"delete": self._name(path)} if fields is None else self._write(path, fields, mask=None)
            for path, fields in documents.items()
        ]
        assert self._commit(writes, _OWNER)

    def may_get(self, who: Person, path: str) -> bool:
        """Whether `who` may read the document at `path`; a permitted look at a missing document counts."""
        status, body = self._request("GET", f"/v1/{self._name(path)}", who.headers())
        return status == HTTPStatus.NOT_FOUND or _allowed(status, body)

    def may_query(self, who: Person, collection: str, query: Mapping[str, Any]) -> bool:
        """Whether `who` may run a structured query below the parent of `collection`."""
        parent = "/".join([self._root, *collection.split("/")[:-1]])
        return self._post(f"/v1/{parent}:runQuery", {"structuredQuery": query}, who.headers())

    def may_set(self, who: Person, path: str, fields: Fields) -> bool:
        """Whether `who` may write the whole document, as `set()` without merge does."""
        return self._commit([self._write(path, fields, mask=None)], who.headers())

    def may_merge(self, who: Person, path: str, fields: Fields, removed: tuple[str, ...] = ()) -> bool:
        """Whether `who` may change these fields and remove others, as `update()` and `set(merge)` do."""
        return self._commit([self._write(path, fields, mask=removed)], who.headers())

    def may_delete(self, who: Person, path: str) -> bool:
        """Whether `who` may delete the document."""
        return self._commit([{"delete": self._name(path)}], who.headers())

    def _commit(self, writes: list[dict[str, Any]], headers: dict[str, str]) -> bool:
        return self._post(f"/v1/{self._root}:commit", {"writes": writes}, headers)

    def _post(self, path: str, body: Mapping[str, Any], headers: dict[str, str]) -> bool:
        return _allowed(*self._request("POST", path, headers, json.dumps(body).encode()))

    def _request(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, bytes]:
        self._http.request(method, path, body, headers)
        answer = self._http.getresponse()
        return answer.status, answer.read()

    def _name(self, path: str) -> str:
        return f"{self._root}/{path}"

    def _write(self, path: str, fields: Fields, mask: tuple[str, ...] | None) -> dict[str, Any]:
        plain = {key: value for key, value in fields.items() if not _is_transform(value)}
        write: dict[str, Any] = {"update": {"name": self._name(path), "fields": self._map(plain)}}
        if mask is not None:
            write["updateMask"] = {"fieldPaths": [*plain, *mask]}
        transforms = [self._transform(key, value) for key, value in fields.items() if _is_transform(value)]
        return write | ({"updateTransforms": transforms} if transforms else {})

    def _transform(self, field: str, value: Any) -> dict[str, Any]:
        if value is SERVER_TIME:
            return {"fieldPath": field, "setToServerValue": "REQUEST_TIME"}
        encoded = self.encode(value.value)
        return {"fieldPath": field, value.kind: encoded.get("arrayValue", encoded)}

    def _map(self, fields: Fields) -> dict[str, Any]:
        return {key: self.encode(value) for key, value in fields.items()}

    def encode(self, value: Any) -> dict[str, Any]:
        """One Python value as a Firestore REST value."""
        match value:
            case None:
                return {"nullValue": None}
            case bool():
                return {"booleanValue": value}
            case int():
                return {"integerValue": str(value)}
            case float():
                return {"doubleValue": value if isfinite(value) else "NaN"}
            case str():
                return {"stringValue": value}
            case datetime():
                return {"timestampValue": value.astimezone(UTC).isoformat().replace("+00:00", "Z")}
            case Ref():
                return {"referenceValue": self._name(value.path)}
            case list():
                return {"arrayValue": {"values": [self.encode(item) for item in value]}}
            case dict():
                return {"mapValue": {"fields": self._map(value)}}
        raise TypeError(f"no Firestore value for {value!r}")


def _allowed(status: int, body: bytes) -> bool:
    """True for success, False for a refusal by the rules; anything else is a mistake in the test itself."""
    assert status in (HTTPStatus.OK, HTTPStatus.FORBIDDEN), body
    return status == HTTPStatus.OK


def _is_transform(value: Any) -> bool:
    return value is SERVER_TIME or isinstance(value, Transform)


def _base64(part: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
