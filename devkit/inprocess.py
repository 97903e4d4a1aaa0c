"""Call the functions of main.py inside this process: the whole callable path, without sockets.

Firestore and Stripe are still real servers; only the HTTP between caller and function is spared.
"""

from collections.abc import Mapping
from functools import cached_property

import flask
from werkzeug.test import TestResponse

from devkit import local
from devkit.client import Caller
from devkit.functions_app import create_app, load_functions


class InProcessFunctions(Caller):
    """The functions that main.py exports, loaded at the first call; may be shared by threads after that."""

    @cached_property
    def app(self) -> flask.Flask:
        """The application the local stack serves, with the very function objects of main.py."""
        return create_app(load_functions())

    def post(self, name: str, content: str | bytes, headers: Mapping[str, str]) -> TestResponse:
        # A test client keeps state of its own, so each request gets a fresh one.
        return self.app.test_client().post(local.function_url("", name), data=content, headers=dict(headers))
