"""The functions of a `main.py` as one WSGI application, with firebase-tools' URLs."""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
from flask.globals import request_ctx

from devkit import local
from devkit.clock import OFFSET_FILE, OffsetFile

# functions-framework's limit in production.
_MAX_BODY_BYTES = 10 * 1024 * 1024
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

PAY_LOCALLY = "payLocally"
"""The local stack's own function, which is no part of main.py and never deployed."""

Function = Callable[[flask.Request], flask.typing.ResponseReturnValue]


def load_functions(source: Path = local.FUNCTIONS_DIR) -> dict[str, Function]:
    """Every function that `source/main.py` exports, by its served name: a schedule's ends in `-0`.

    FUNCTION_TARGET must be unset, or main.py would load only that function.
    """
    if "FUNCTION_TARGET" in os.environ:
        raise RuntimeError("unset FUNCTION_TARGET to load every function")
    if str(source) not in sys.path:
        sys.path.insert(0, str(source))
    found: dict[str, Function] = {}
    for function in vars(importlib.import_module("main")).values():
        if endpoint := getattr(function, "__firebase_endpoint__", None):
            found[endpoint.entryPoint + ("-0" if endpoint.scheduleTrigger else "")] = function
    return found


def create_app(functions: dict[str, Function]) -> flask.Flask:
    """A WSGI application that serves `functions` at `/{project}/{region}/{name}`; anything else is 404."""
    app = flask.Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES

    @app.get(f"{local.READY_PATH}/<_part>")
    def ready(_part: str) -> str:
        return "ok"

    @app.route(f"/{local.PROJECT}/{local.REGION}/<name>", methods=_METHODS)
    def serve(name: str) -> flask.typing.ResponseReturnValue:
        if name not in functions:
            flask.abort(404, f"there is no function {name}")
        # The function gets the request itself, as functions-framework gives it, not a proxy of it.
        return functions[name](request_ctx.request)

    return app


def worker_app() -> flask.Flask:
    """What one gunicorn worker of the local stack serves; KIPPU_FUNCTIONS_DIR names the folder of main.py."""
    functions = load_functions(Path(os.environ["KIPPU_FUNCTIONS_DIR"]))
    if hasattr(sys.modules["main"], "createPaymentIntent"):
        # What pays needs something to pay: another main.py is a test's, without the modules that it is made of.
        functions[PAY_LOCALLY] = importlib.import_module("devkit.pay_locally").payLocally
    clock: Any = importlib.import_module("common.clock")
    clock._source = OffsetFile(Path(os.environ[OFFSET_FILE])).now
    return create_app(functions)
