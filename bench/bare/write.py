"""Writes a bare twin: the shortest program that sends what a function was seen to send, with the client libraries.

Nothing is interpreted when it runs. Ids of the call it was seen in become those of the call it gets (`ids`), all other
values stay as they were: they only have to have their size. Ids that the function had made up get the call's number.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1 import _helpers

from bench.bare.imports import third_party_imports
from bench.wire import FirestoreRequest, Request, StripeRequest, write_kind
from devkit import local

_QUERIES = {"RunQuery": "run_query", "RunAggregationQuery": "run_aggregation_query"}

_HEAD = '''\
"""What {name} imports and sends, and nothing else. Written by bench/bare/write.py."""

import base64
import functools
import json
import os
from datetime import UTC, datetime

{imports}

if not firebase_admin._apps:
    firebase_admin.initialize_app()


@functools.cache
def client():
    return firestore.Client()


@functools.cache
def payments():
    return stripe.StripeClient(
        os.environ["STRIPE_SECRET_KEY"],
        http_client=stripe.RequestsClient(timeout=10.0),
        max_network_retries=1,
        base_addresses={{"api": os.environ["STRIPE_API_BASE"]}},
    ).v1


def send(ids):
{body}

'''
_CALLABLE = """
@https_fn.on_call()
def {name}(call):
    send(call.data)
    return {{"ok": True}}
"""
# Whoever takes Stripe's events verifies them: that is the SDK's work, not ours.
_WEBHOOK = """
@https_fn.on_request()
def {name}(request):
    signature = request.headers["Stripe-Signature"]
    stripe.Webhook.construct_event(request.get_data(), signature, os.environ["STRIPE_WEBHOOK_SECRETS"])
    send(json.loads(request.headers["X-Bench-Ids"]))
    return https_fn.Response("settled")
"""
_SCHEDULE = """
@scheduler_fn.on_schedule(schedule="every 5 minutes")
def {name}(event):
    send({{}})
"""
KINDS = {"callable": _CALLABLE, "webhook": _WEBHOOK, "schedule": _SCHEDULE}


def twin(name: str, kind: str, requests: Iterable[Request], ids: Mapping[str, str]) -> str:
    """The source of a `main.py` with the twin of the function `name`, which sent `requests` for the call of `ids`."""
    body = list(_Writer(ids).lines(requests)) or ["pass"]
    imports = dict.fromkeys([*third_party_imports(name), "import firebase_admin"])
    head = _HEAD.format(name=name, imports="\n".join(imports), body="\n".join(f"    {line}" for line in body))
    return head + KINDS[kind].format(name=name)


class _Writer:
    def __init__(self, ids: Mapping[str, str]) -> None:
        self._names = list(ids)
        # Longest first: a ticket's id begins with its buyer's.
        self._ids = sorted(((value, name) for name, value in ids.items() if name != "n"), key=lambda i: -len(i[0]))
        self._seen: set[str] = set()

    def lines(self, requests: Iterable[Request]) -> Iterator[str]:
        for name in self._names:
            yield f"{name} = ids[{name!r}]"
        yield "times = {}"
        for request in requests:
            if isinstance(request, StripeRequest):
                yield self._stripe(request)
            elif request.method == "BatchGetDocuments":
                yield from self._read(request)
            elif request.method == "Commit":
                yield from self._commit(request)
            else:
                yield self._query(request)

    def _read(self, request: FirestoreRequest) -> Iterator[str]:
        names = [name.split("/documents/")[1] for name in request.message.documents]
        yield f"refs = [{', '.join(self._ref(name) for name in names)}]"
        yield "for snapshot in client().get_all(refs):"
        yield "    times[snapshot.reference.path] = snapshot.update_time"
        self._seen.update(names)

    def _commit(self, request: FirestoreRequest) -> Iterator[str]:
        yield "batch, paths = client().batch(), []"
        for write in request.message.writes:
            path = (write.delete or write.update.name).split("/documents/")[1]
            made_up = bool(self._names) and path not in self._seen and self._text(path) == repr(path)
            ref = self._ref(path, salted=made_up)
            yield f"ref = {ref}"
            yield "paths.append(ref.path)"
            yield self._write(write)
            self._seen.add(path)
        yield "for path, result in zip(paths, batch.commit()):"
        yield "    times[path] = result.update_time"

    def _write(self, write: Any) -> str:
        kind, guard = write_kind(write), "client().write_option(last_update_time=times[ref.path])"
        match kind:
            case "create":
                return f"batch.create(ref, {self._value(_fields(write))})"
            case "update":
                return f"batch.update(ref, {self._value(_fields(write))}, {guard})"
            case "merge":
                return f"batch.set(ref, {self._value(_fields(write))}, merge=True)"
            case "set":
                return f"batch.set(ref, {self._value(_fields(write))})"
            case "delete":
                return "batch.delete(ref)"
            case "guarded-delete":
                return f"batch.delete(ref, {guard})"
        raise NotImplementedError(f"a {kind} write")

    def _query(self, request: FirestoreRequest) -> str:
        raw = base64.b64encode(type(request.message).serialize(request.message)).decode()
        kind = f"firestore_v1.types.{request.method}Request"
        api = f"client()._firestore_api.{_QUERIES[request.method]}"
        return (
            "from google.cloud import firestore_v1; "
            f"list({api}(request={kind}.deserialize(base64.b64decode({raw!r})), metadata=client()._rpc_metadata))"
        )

    def _stripe(self, request: StripeRequest) -> str:
        arguments = [self._value(value) for value in request.arguments]
        arguments += [f"{name}={self._value(value)}" for name, value in request.keywords.items()]
        return f"payments().{request.service}.{request.method}({', '.join(arguments)})"

    def _ref(self, path: str, *, salted: bool = False) -> str:
        return f"client().document({path!r} + '-' + n)" if salted else f"client().document({self._text(path)})"

    def _text(self, text: str) -> str:
        """The literal of a string, an f-string where it holds one of the ids."""
        literal = repr(text.replace("{", "{{").replace("}", "}}"))
        marked = literal
        for value, name in self._ids:
            marked = marked.replace(value, f"{{{name}}}")
        return repr(text) if marked == literal else f"f{marked}"

    def _value(self, value: Any) -> str:
        match value:
            case str():
                return self._text(value)
            case datetime():
                seconds = value.replace(microsecond=0).strftime("%Y, %-m, %-d, %-H, %-M, %-S")
                return f"datetime({seconds}, {value.microsecond}, tzinfo=UTC)"
            case dict():
                return "{" + ", ".join(f"{key!r}: {self._value(item)}" for key, item in value.items()) + "}"
            case list() | tuple():
                return "[" + ", ".join(map(self._value, value)) + "]"
            case firestore.DocumentReference():
                return self._ref("/".join(value._path))
            case firestore.ArrayUnion() | firestore.ArrayRemove():
                return f"firestore.{type(value).__name__}({self._value(value.values)})"
            case firestore.Increment() | firestore.Maximum() | firestore.Minimum():
                return f"firestore.{type(value).__name__}({value.value!r})"
            case None | bool() | int() | float() | bytes():
                return repr(value)
        raise NotImplementedError(f"a value of {type(value).__name__}")


@functools.cache
def _anonymous() -> firestore.Client:
    # Only references are made with it; it never connects.
    return firestore.Client(project=local.PROJECT)


def _fields(write: Any) -> dict[str, Any]:
    """A write's fields with its transforms."""
    fields: Any = _helpers.decode_dict(write.update.fields, _anonymous())
    for transform in write.update_transforms:
        fields[transform.field_path] = _transform(transform)
    return dict(fields)


def _transform(transform: Any) -> Any:
    def values(array: Any) -> list[Any]:
        return [_helpers.decode_value(value, _anonymous()) for value in array.values]

    if "append_missing_elements" in transform:
        return firestore.ArrayUnion(values(transform.append_missing_elements))
    if "remove_all_from_array" in transform:
        return firestore.ArrayRemove(values(transform.remove_all_from_array))
    for name, kind in (("increment", firestore.Increment), ("maximum", firestore.Maximum)):
        if name in transform:
            return kind(_helpers.decode_value(getattr(transform, name), _anonymous()))
    raise NotImplementedError(f"a transform of {transform.field_path}")
