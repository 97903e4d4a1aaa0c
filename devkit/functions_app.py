"""The functions of a `main.py` as one WSGI application, with firebase-tools' URLs and loader."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
from firebase_functions.private import serving

from devkit import local

# functions-framework's limit in production.
_MAX_BODY_BYTES = 10 * 1024 * 1024

Function = Callable[[flask.Request], flask.typing.ResponseReturnValue]


def load_functions(source: Path = local.FUNCTIONS_DIR) -> dict[str, Function]:
    """Every function that `source/main.py` exports, by its served name: a schedule's ends in `-0`.

    FUNCTION_TARGET must be unset, or main.py would load only that function.
    """
    if "FUNCTION_TARGET" in os.environ:
        raise RuntimeError("unset FUNCTION_TARGET to load every function")
    with contextlib.chdir(source):
        found: dict[str, Any] = serving.get_functions()  # type: ignore[no-untyped-call]
    # The loader adds the folder once per call; one entry is enough.
    sys.path[:] = list(dict.fromkeys(sys.path))
    return {_served_name(name, function): function for name, function in found.items()}


def create_app(functions: dict[str, Function]) -> flask.Flask:
    """A WSGI application that serves `functions` at `/{project}/{region}/{name}`; anything else is 404."""
    app = flask.Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES

    @app.get(local.READY_PATH)
    def ready() -> str:
        return "ok"

    @app.route(
        f"/{local.PROJECT}/{local.REGION}/<name>",
        methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    )
    def serve(name: str) -> flask.typing.ResponseReturnValue:
        if name not in functions:
            flask.abort(404, f"there is no function {name}")
        # The function gets the request itself, as functions-framework gives it, not a proxy of it.
        return functions[name](flask.request._get_current_object())  # type: ignore[attr-defined]

    return app


def _served_name(name: str, function: Any) -> str:
    return f"{name}-0" if function.__firebase_endpoint__.scheduleTrigger is not None else name
