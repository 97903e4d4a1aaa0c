"""docs/api.md, from the functions themselves: a page can be stale but never wrong."""

import ast
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from google.api_core.exceptions import from_grpc_status
from google.rpc.code_pb2 import Code
from pydantic import BaseModel
from pydantic.alias_generators import to_snake

from common.callable import ANY_CALL, Endpoint
from common.deadline import STOP_AFTER_SECONDS
from common.envelope import MAX_BODY_BYTES
from common.errors import Reason, all_reasons
from common.params import REGION
from devkit.docs.markdown import GENERATED, prose, table
from devkit.docs.meanings import MEANINGS
from devkit.docs.schema import NULL, json_schema
from devkit.errors import DevkitError
from devkit.local import FUNCTIONS_DIR, RETURN_PAGE, WEBHOOK
from entrypoints import domains

_OVER_HTTPS = {WEBHOOK: "Stripe, over HTTPS", RETURN_PAGE: "a buyer's browser, over HTTPS"}


def api_page(functions: Mapping[str, Any], endpoints: Mapping[str, Endpoint]) -> str:
    """The whole page."""
    details = _details()
    sections = [
        _callable(functions[name], endpoints[name], details) if name in endpoints else _other(functions[name])
        for name in functions
    ]
    links = ((f"[{name}](#{name.lower()})", _trigger(function)) for name, function in functions.items())
    overview = table(("function", "called"), links)
    rules = f"""\
- The app calls them with Firebase's callable protocol in region `{REGION.default}` (parameter `REGION`), signed in and,
  unless `ENFORCE_APP_CHECK` is off, with an App Check token; without a valid one of each it is `UNAUTHENTICATED`.
  A body may have {MAX_BODY_BYTES // 1024} KiB.
- Fields may be sent in camelCase or in snake_case, each in one of the two. Unknown fields are refused, and nothing is
  converted: `5000` is an amount, and so is `5000.0`, which is the same number in JSON; `"5000"` and `5000.7` are not.
- `null` and `""` stand for a field that is not given: an optional one is as if absent, a required one is missing. In a
  map `""` is a value, and an entry with `null` is left out.
- Money is whole JPY. Times are ISO 8601 in UTC with a `Z`.
- A call whose answer was lost may be repeated: nothing is charged, opened or ended twice. Only `createTicketCodes`
  makes another batch.
- A success carries `ok: true`. A failure has a status, a message for people (Japanese, or English where
  `Accept-Language` prefers it) and `details.reason`, which is for programs and stays.
- With `inlineErrors: true` a failure is an ordinary answer:
  `{{"ok": false, "error": {{"status", "reason", "message", "details"}}}}`. Requests below take it too.
- A 500 carries the `request_id` under which the logs have it.
- `schemas/` holds each request and answer as JSON Schema.

Any callable may answer with these:"""
    first = [f"{GENERATED}\n# Functions", overview, f"## Every call\n\n{rules}", _reasons(ANY_CALL, details)]
    return "\n\n".join(first + sections) + "\n"


def _trigger(function: Any) -> str:
    if schedule := function.__firebase_endpoint__.scheduleTrigger:
        return f"{schedule['schedule']}, by Cloud Scheduler"
    found = getattr(function, "__kippu__", None)
    return f"by {found.who if found else _OVER_HTTPS[function.__name__]}"


def _secrets(function: Any) -> str:
    secrets = function.__firebase_endpoint__.secretEnvironmentVariables
    return f"Secrets: {_quoted(secret['key'] for secret in secrets) or 'none'}."


def _callable(function: Any, endpoint: Endpoint, details: Mapping[str, set[str]]) -> str:
    own = [reason for reason in dict.fromkeys(endpoint.reasons) if reason not in ANY_CALL]
    parts = [
        f"## {endpoint.name}",
        prose(endpoint.summary),
        f"May call: {endpoint.who}. {_secrets(function)}",
        f"Request ([schema](schemas/{endpoint.name}.json)): {prose(endpoint.request.__doc__ or '')}",
        table(("field", "type", "when absent", "meaning"), _request_rows(endpoint.request)),
        "Answer:",
        table(("field", "type", "meaning"), _answer_rows(endpoint.response)),
        *(["Refused with:", _reasons(own, details)] if own else []),
    ]
    return "\n\n".join(parts)


def _other(function: Any) -> str:
    endpoint = function.__firebase_endpoint__
    if endpoint.scheduleTrigger:
        called = f"Called {_trigger(function)}, on the clock of {endpoint.scheduleTrigger['timeZone']}"
        limits = f"takes on no new work after {STOP_AFTER_SECONDS} s and is cut off after {endpoint.timeoutSeconds} s"
        how = f"{called}; one run at a time, which {limits}."
    else:
        # Below its first line the module says how it answers.
        _, answers = (inspect.getdoc(inspect.getmodule(function)) or "").split("\n\n", 1)
        settles = f"\n\nSettles {_quoted(domains.event_types())}." if function.__name__ == WEBHOOK else ""
        how = prose(answers) + settles
    return f"## {function.__name__}\n\n{prose(inspect.getdoc(function) or '')}\n\n{how} {_secrets(function)}"


def _request_rows(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    properties = json_schema(model)["properties"]
    for name, field in model.model_fields.items():
        if name != "inline_errors":
            both = _quoted(dict.fromkeys((str(field.alias), name)))
            default = "required" if field.is_required() else ("–" if field.default is None else f"`{field.default}`")
            spec = properties[field.alias]
            # Every optional field may be null, which the rules say once.
            given = [option for option in spec.get("anyOf", [spec]) if option != NULL]
            yield both, _type({"anyOf": given}), default, _meaning(model, name, spec)


def _answer_rows(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    for name, spec in json_schema(model)["properties"].items():
        yield f"`{name}`", _type(spec), _meaning(model, name, spec)
        inner, path = (spec["items"], f"{name}[]") if "items" in spec else (spec, name)
        for part, part_spec in inner.get("properties", {}).items():
            yield f"`{path}.{part}`", _type(part_spec), _described(part, part_spec)


def _meaning(model: type[BaseModel], name: str, spec: Mapping[str, Any]) -> str:
    own = name in model.model_fields and model.model_fields[name].description
    return (not own and MEANINGS.get(f"{model.__name__}.{name}")) or _described(name, spec)


def _described(name: str, spec: Mapping[str, Any]) -> str:
    own = [part["description"].rstrip(".") for part in (spec, *spec.get("anyOf", ())) if "description" in part]
    if own:
        return f"{'. '.join(own)}."
    if to_snake(name) not in MEANINGS:
        raise DevkitError(f"the field {name} needs a description, or a row in devkit/docs/meanings.py")
    return MEANINGS[to_snake(name)]


def _type(spec: Mapping[str, Any]) -> str:
    if options := spec.get("anyOf"):
        return ", or ".join("null" if option == NULL else _type(option) for option in options)
    if "const" in spec or "enum" in spec:
        return _quoted(json.dumps(value) for value in spec.get("enum", [spec.get("const")]))
    kind = {"array": "list", "object": "map"}.get(spec["type"], str(spec["type"]))
    kind += f" of {_type(spec['items'])}" if "items" in spec else ""
    for pattern, value in spec.get("patternProperties", {}).items():
        kind += f" of names `{pattern}` to {_type(value)}"
    limits = [
        "{minimum:,} to {maximum:,}" if {"minimum", "maximum"} <= spec.keys() else "",
        "at most {maxLength} characters" if "maxLength" in spec else "",
        "at most {maxProperties} entries" if "maxProperties" in spec else "",
        "{format}" if "format" in spec else "",
        "`{pattern}`" if "pattern" in spec else "",
    ]
    return ", ".join([kind, *(limit.format(**spec) for limit in limits if limit)])


def _details() -> dict[str, set[str]]:
    """What each reason's details hold besides it, read from every place that raises one."""
    found: dict[str, set[str]] = {reason.name: set() for reason in all_reasons()}
    for file in sorted(FUNCTIONS_DIR.glob("*/*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Refusal"), args=[ast.Attribute(attr=name), *_]) if name in found:
                    found[name] |= {str(keyword.arg) for keyword in node.keywords}
    return found


def _reasons(reasons: Iterable[Reason], details: Mapping[str, set[str]]) -> str:
    rows = (
        (f"`{it.name}`", f"{_http_status(it)} {it.status}", _quoted(sorted(details[it.name])) or "–", it.ja, it.en)
        for it in reasons
    )
    return table(("reason", "HTTP and status", "further details", "Japanese", "English"), rows)


def _http_status(reason: Reason) -> int:
    # Firebase's canonical statuses are gRPC's, which Google maps to HTTP alike everywhere.
    failure: Any = from_grpc_status(Code.Value(reason.status), "")  # type: ignore[no-untyped-call]
    return int(failure.code)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
