"""Call the functions of main.py inside this process: the whole callable path, without sockets.

Firestore and Stripe are still real servers; only the HTTP between caller and function is spared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import flask
from werkzeug.test import TestResponse

from devkit import local
from devkit.client import CallableError, call_headers, call_result
from devkit.functions_app import create_app, load_functions


class InProcessFunctions:
    """The functions that main.py exports, loaded at the first call; may be shared by threads after that."""

    @cached_property
    def app(self) -> flask.Flask:
        """The application the local stack serves, with the very function objects of main.py."""
        return create_app(load_functions())

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
        return call_result(answer.status_code, answer.get_data(as_text=True))

    def run_schedule(self, name: str) -> None:
        """Run the schedule `name` once; raises CallableError when it fails."""
        answer = self.post(f"{name}-0", "{}", {"Content-Type": "application/json"})
        if answer.status_code >= 300:
            raise CallableError(answer.status_code, "SCHEDULE_FAILED", None, answer.get_data(as_text=True)[:500])

    def post(self, name: str, content: str | bytes, headers: Mapping[str, str]) -> TestResponse:
        """Send a request as it is, for the webhook and for whatever is not a well-formed call."""
        # A test client keeps state of its own, so each request gets a fresh one.
        return self.app.test_client().post(local.function_url("", name), data=content, headers=dict(headers))
