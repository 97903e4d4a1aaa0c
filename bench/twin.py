"""Writes a bare twin: a program that imports what a function imports and sends what it was seen to send.

Ids of the call it was seen in become those of the call it gets, all other values stay as they were: they only have to
have their size. Ids that the function had made up get the call's number.
"""

from __future__ import annotations

import ast
import functools
import io
import pickle
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.cloud.firestore_v1 import _helpers
from google.cloud.firestore_v1.types import Value

from bench.wire import STRIPE, Request
from common.firestore_values import TRANSFORMS
from devkit.local import FUNCTIONS_DIR, PROJECT
from main import MODULES

_REPLAY = (Path(__file__).parent / "replay.py").read_text(encoding="utf-8")
_HTTPS = "import json\nfrom firebase_functions import https_fn"
_FIREBASE = "import firebase_admin\nif not firebase_admin._apps: firebase_admin.initialize_app()"
_SEND = "send(PLAN, RECORDED, json.loads(headers.get('X-Bench-Ids', '{}')))"
_SECRETS = 'headers["Stripe-Signature"], os.environ["STRIPE_WEBHOOK_SECRETS"]'
# Whoever takes Stripe's events verifies them: that is the SDK's work, not ours.
_VERIFY = f"stripe.Webhook.construct_event(request.get_data(), {_SECRETS})"
# By the kind of function: how it is declared, where its headers are, and its lines.
_KINDS = {
    "plain": ("https_fn.on_request()", "request.headers", "return https_fn.Response('answered')"),
    "callable": ("https_fn.on_call()", "request.raw_request.headers", _SEND, "return {'ok': True}"),
    "webhook": ("https_fn.on_request()", "request.headers", _VERIFY, _SEND, "return https_fn.Response('settled')"),
    "page": ("https_fn.on_request()", "request.headers", _SEND, "return https_fn.Response('shown')"),
    "schedule": ("scheduler_fn.on_schedule(schedule='every 5 minutes')", "{}", _SEND),
}
_TRANSFORMS = {name: made for made, name in TRANSFORMS.items()}
# Only references are made with it; it never connects.
_ANONYMOUS = firestore.Client(PROJECT, AnonymousCredentials())  # type: ignore[no-untyped-call]


def twin(name: str, kind: str, requests: Iterable[Request], ids: Mapping[str, str]) -> str:
    """The source of a `main.py` with the twin of the function `name`, which sent `requests` for the call of `ids`."""
    return _program(name, kind, [_HTTPS, *third_party_imports(name), _FIREBASE], _steps(requests, ids), ids)


def _program(name: str, kind: str, imports: Iterable[str], steps: Iterable[Any], ids: Mapping[str, str]) -> str:
    plan = io.BytesIO()
    _Pickler(plan).dump(list(steps))
    # Longest first: a ticket's id holds its buyer's number.
    recorded = dict(sorted(ids.items(), key=lambda item: -len(item[1])))
    declared, headers, *lines = _KINDS[kind]
    function = "\n    ".join([f"@{declared}\ndef {name}(request):", f"headers = {headers}", *lines])
    return "\n".join([_REPLAY, *imports, f"PLAN = {plan.getvalue()!r}", f"RECORDED = {recorded!r}", function])


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> str | None:
        return str(obj.path) if isinstance(obj, firestore.DocumentReference) else None


def third_party_imports(function: str) -> list[str]:
    """The import statements of every module that serving `function` alone loads, sorted."""
    seen, found, waiting = set(), set(), ["main", MODULES[function]]
    while waiting:
        path = FUNCTIONS_DIR.joinpath(*waiting.pop().split("."))
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if file in seen or not file.exists():
            continue
        seen.add(file)
        # Statements of the module itself only: what a type checker alone would import is none.
        for statement in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                module, names = getattr(statement, "module", None), [alias.name for alias in statement.names]
                top = (module or names[0]).split(".")[0]
                if (FUNCTIONS_DIR / top).is_dir():
                    waiting += [module, *(f"{module}.{name}" for name in names)] if module else names
                elif top not in sys.stdlib_module_names:
                    found.add(ast.unparse(statement))
    return sorted(found)


def _steps(requests: Iterable[Request], ids: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """The requests as `replay.send` takes them."""
    read: set[str] = set()
    made: dict[str, str] = {}

    def written(write: Any) -> tuple[Any, ...]:
        path = (write.delete or write.update.name).partition("/documents/")[2]
        collection, made_up, *below = path.split("/")
        known = path in read or made_up in MODULES or any(value in path for value in ids.values())
        if ids and not known:
            # Two ids of one thing differ at their ends.
            made[made_up] = ids["n"] + made_up[len(ids["n"]) :]
            path = "/".join([collection, made[made_up], *below])
        return write_kind(write), _ANONYMOUS.document(path), *_values(write)

    for method, message in requests:
        if method == STRIPE:
            yield STRIPE, *_renamed(message, made)
        elif method == "BatchGetDocuments":
            paths = [name.partition("/documents/")[2] for name in message.documents]
            read.update(paths)
            yield "read", *map(_ANONYMOUS.document, paths)
        elif method == "Commit":
            yield "commit", *map(written, message.writes)
        else:
            kind = type(message)
            yield re.sub(r"\B(?=[A-Z])", "_", method).lower(), kind, kind.serialize(message)


def _renamed(value: Any, made: Mapping[str, str]) -> Any:
    """What is sent to Stripe, about the item as well where it names an id that the function made up."""
    match value:
        case str():
            return functools.reduce(lambda text, id_: text.replace(id_, made[id_]), made, value)
        case dict():
            return {name: _renamed(item, made) for name, item in value.items()}
        case list() | tuple():
            return type(value)(_renamed(item, made) for item in value)
    return value


def write_kind(write: Any) -> tuple[str, bool]:
    """The batch's method that makes this write, and whether it is guarded by the time at which it was read."""
    guarded = "update_time" in write.current_document
    if write.delete:
        return "delete", guarded
    if "exists" in write.current_document:
        return "update" if write.current_document.exists else "create", guarded
    return "update" if guarded else "set", guarded


def _values(write: Any) -> Iterator[Any]:
    """A write's fields with its transforms, and whether they are merged."""
    if write.delete:
        return
    fields: Any = _helpers.decode_dict(write.update.fields, _ANONYMOUS)
    for transform in write.update_transforms:
        kind = type(transform).pb(transform).WhichOneof("transform_type")
        given = getattr(transform, kind)
        value = given if isinstance(given, Value) else Value(array_value=given)
        fields[transform.field_path] = _TRANSFORMS[kind](_helpers.decode_value(value, _ANONYMOUS))
    yield dict(fields)
    if write_kind(write) == ("set", False):
        yield "update_mask" in write


HELLO = _program("hello", "plain", [_HTTPS], (), {})
"""The least a function can be: it imports firebase_functions and answers."""
NOTHING = _program("nothing", "callable", [_HTTPS, _FIREBASE], (), {})
"""A callable that does nothing but what the SDK does for it: verifies the token, reads and writes the envelope."""
