"""`make docs`: writes docs/api.md, docs/states.md and docs/schemas/ from the code; `--check` only compares.

What a function is, who may call it and how it answers is read from the function itself, so a page can be stale but
never wrong. tests/unit/test_docs.py fails when one is stale.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from firebase_functions import https_fn
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from devkit.local import FUNCTIONS_DIR
from devkit.process import ROOT

sys.path.insert(0, str(FUNCTIONS_DIR))

import main as deployed
from common.callable import ANY_CALL, MAX_BODY_BYTES, Endpoint, RequestModel
from common.errors import Reason
from common.params import REGION
from common.scheduled import STOP_AFTER_SECONDS
from consultation.machine import PAID, PAID_STATES, PERK, PERK_STATES, Event, State, Verdict, decide
from payments import webhook

_GENERATED = "<!-- Written by `make docs` from the code: change that, not this. -->"

# Names that mean the same wherever they stand, for the fields whose model does not say more.
_MEANINGS = {
    "ok": "`true`. A failure has `false` here, if it was asked for as an answer.",
    "payment_intent_id": "Stripe's id of the payment, `pi_…`, and the id in `payment_intents`.",
    "ticket_id": "The id in `tickets`.",
    "chat_room_id": "The id in `chat_rooms`.",
    "ticket_type": "The id in `ticket_types`.",
    "ticket_code": "`XXXX-XXXX-XXXX`. Case, width, hyphens and spaces do not matter, nor O for 0, I and L for 1.",
    "status": "Where it stands.",
    "ticket_status": "Where its ticket stands, see [states](states.md).",
    "amount": "JPY.",
    "currency": "Must be the ticket type's, when it is given.",
    "capture_method": "Holds only.",
    "cancel_reason": "Why it was cancelled, as on the ticket.",
    "codes": "One `XXXX-XXXX-XXXX` each.",
    "max_redemptions": "As asked for.",
    "TicketView.status": "Where the ticket stands, see [states](states.md).",
    "TicketView.currency": "ISO 4217, lower case.",
    "PaymentView.status": "The payment's status, as in `payment_intents`.",
    "PaymentView.currency": "ISO 4217, lower case.",
    "RoomView.status": "The chat room's status, as in `chat_rooms`.",
    "CreatePaymentIntentResponse.status": "Where the ticket stands, see [states](states.md).",
    "CreatePaymentIntentResponse.currency": "ISO 4217, lower case.",
    "CreatePaymentIntentResponse.expires_at": "When the purchase, or once paid the ticket, lapses. ISO 8601, UTC.",
}

_CAUSES = {
    Event.REDEEM: "The buyer, by `redeemTicketCode`.",
    Event.REOPEN: "The buyer, by `redeemTicketCode` for a room that ended less than `resume_minutes` ago.",
    Event.ACCEPT: "The consultant, by `answerConsultation`.",
    Event.DECLINE: "The consultant, by `answerConsultation`.",
    Event.CANCEL: "The buyer, the consultant or an administrator, by `cancelPaymentIntent`.",
    Event.END: "The buyer or the consultant, by `endConsultation`.",
    Event.CAPTURE: "The consultant or an administrator, by `capturePaymentIntent`.",
    Event.ABANDON: "The consultant, by `endConsultation` or `capturePaymentIntent` before `min_session_minutes`.",
    Event.EXPIRE: "The deadline: `voidExpiredAuthorizations`, or a purchase of the same pair that comes first.",
    Event.OVERDUE: "The deadline: `endOverdueSessions`, or a purchase of the same pair that comes first.",
    Event.HOLD_PLACED: "Stripe: the card is held (`requires_capture`).",
    Event.CAPTURED: "Stripe: the money was taken (`succeeded`), by us or in the dashboard.",
    Event.CANCELED: "Stripe: the hold is gone (`canceled`), by us, in the dashboard or because the bank let go.",
}

_SIGNS = {Verdict.REPEAT: "repeat", Verdict.IGNORE: "·", Verdict.REFUSE: "×"}


class _Untitled(GenerateJsonSchema):
    """Without the titles pydantic makes up from names: they say nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def pages() -> dict[str, str]:
    """Every generated file: its path below docs/ and its text. The same code always gives the same text."""
    functions = {name: getattr(deployed, name) for name in deployed.MODULES}
    endpoints = {name: found for name, f in functions.items() if (found := getattr(f, "__kippu__", None))}
    return {
        "api.md": _api(functions, endpoints),
        "states.md": _states(),
        **{f"schemas/{name}.json": _schema(endpoint) for name, endpoint in endpoints.items()},
    }


def stale(folder: Path) -> list[str]:
    """The generated files in `folder` that are missing, differ from the code, or belong to no function any more."""
    wanted = pages()
    found = {str(file.relative_to(folder)) for file in (folder / "schemas").glob("*.json")}
    differing = {name for name, text in wanted.items() if _read(folder / name) != text}
    return sorted(differing | (found - wanted.keys()))


def _read(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None


def _schema(endpoint: Endpoint) -> str:
    request = _json_schema(endpoint.request)
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": endpoint.name,
        "description": "#/$defs/request is the call's data, #/$defs/response a successful answer. Every property of "
        "the request may also be sent in snake_case (imeconId as imecon_id), in one of the two spellings.",
        "$defs": {"request": request, "response": _json_schema(endpoint.response)},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json_schema(model: type[BaseModel]) -> dict[str, Any]:
    mode: Any = "validation" if issubclass(model, RequestModel) else "serialization"
    return model.model_json_schema(schema_generator=_Untitled, mode=mode)


def _api(functions: Mapping[str, Any], endpoints: Mapping[str, Endpoint]) -> str:
    details = _details()
    sections = [
        _callable(functions[name], endpoints[name], details) if name in endpoints else _other(functions[name])
        for name in functions
    ]
    overview = [(f"[{name}](#{name.lower()})", _trigger(f)) for name, f in functions.items()]
    rules = f"""\
- The app calls them with Firebase's callable protocol in region `{REGION.default}` (parameter `REGION`), signed in and,
  unless `ENFORCE_APP_CHECK` is off, with an App Check token; without a valid one of each it is `UNAUTHENTICATED`.
  A body may have {MAX_BODY_BYTES // 1024} KiB.
- Fields may be sent in camelCase or in snake_case, each in one of the two. Unknown fields are refused, and nothing is
  converted: `5000` is an amount, `"5000"` and `5000.0` are not. `null` stands for an optional field that is not given.
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
    body = "\n\n".join(
        [
            f"{_GENERATED}\n# Functions",
            _table(("function", "called"), overview),
            f"## Every call\n\n{rules}",
            _reasons(ANY_CALL, details),
            *sections,
        ]
    )
    return f"{body}\n"


def _trigger(function: Any) -> str:
    endpoint = function.__firebase_endpoint__
    if schedule := endpoint.scheduleTrigger:
        return f"{schedule['schedule']}, by Cloud Scheduler"
    found = getattr(function, "__kippu__", None)
    return f"by {found.who}" if found else "by Stripe, over HTTPS"


def _secrets(function: Any) -> str:
    names = [f"`{secret['key']}`" for secret in function.__firebase_endpoint__.secretEnvironmentVariables]
    return f"Secrets: {', '.join(names) or 'none'}."


def _callable(function: Any, endpoint: Endpoint, details: Mapping[str, set[str]]) -> str:
    own = [reason for reason in dict.fromkeys(endpoint.reasons) if reason not in ANY_CALL]
    title = f"## {endpoint.name}\n\n{_prose(endpoint.summary)}\n\nMay call: {endpoint.who}. {_secrets(function)}"
    link = f"([schema](schemas/{endpoint.name}.json)): {_prose(endpoint.request.__doc__ or '')}"
    request = _table(("field", "type", "when absent", "meaning"), _request_rows(endpoint.request))
    answer = _table(("field", "type", "meaning"), _answer_rows(endpoint.response))
    reasons = f"\n\nRefused with:\n\n{_reasons(own, details)}" if own else ""
    return f"{title}\n\nRequest {link}\n\n{request}\n\nAnswer:\n\n{answer}{reasons}"


def _other(function: Any) -> str:
    """A schedule or the webhook."""
    text = _prose(inspect.getdoc(function) or "")
    if function.__firebase_endpoint__.scheduleTrigger:
        limits = f"takes on no new work after {STOP_AFTER_SECONDS} s"
        timeout = function.__firebase_endpoint__.timeoutSeconds
        zone = function.__firebase_endpoint__.scheduleTrigger["timeZone"]
        called = f"Called {_trigger(function)}, on the clock of {zone}"
        how = f"{called}; one run at a time, which {limits} and is cut off after {timeout} s."
    else:
        _, answers = (inspect.getdoc(webhook) or "").split("\n\n", 1)
        how = f"{_prose(answers)}\n\nSettles {', '.join(f'`{name}`' for name in webhook.HANDLED_EVENTS)}."
    return f"## {function.__name__}\n\n{text}\n\n{how} {_secrets(function)}"


def _request_rows(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    schema = _json_schema(model)
    for name, field in model.model_fields.items():
        if name == "inline_errors":
            continue
        spec = schema["properties"][field.alias]
        both = f"`{field.alias}`" if field.alias == name else f"`{field.alias}`, `{name}`"
        default = "required" if field.is_required() else ("–" if field.default is None else f"`{field.default}`")
        yield both, _type(spec), default, _meaning(model, name, spec)


def _answer_rows(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    for name, spec in _json_schema(model)["properties"].items():
        yield f"`{name}`", _type(spec), _meaning(model, name, spec)


def _meaning(model: type[BaseModel], name: str, spec: Mapping[str, Any]) -> str:
    own = [part["description"].rstrip(".") for part in (spec, *spec.get("anyOf", ())) if "description" in part]
    if name in model.model_fields and model.model_fields[name].description:
        return f"{'. '.join(own)}."
    return _MEANINGS.get(f"{model.__name__}.{name}") or (f"{'. '.join(own)}." if own else _MEANINGS[name])


def _type(spec: Mapping[str, Any]) -> str:
    """A JSON Schema type with its limits, for people."""
    if options := spec.get("anyOf"):
        return ", or ".join("null" if option == {"type": "null"} else _type(option) for option in options)
    if "const" in spec or "enum" in spec:
        return ", ".join(f"`{json.dumps(value)}`" for value in spec.get("enum", [spec.get("const")]))
    kind = {"array": "list", "object": "map"}.get(spec["type"], str(spec["type"]))
    if "items" in spec:
        kind += f" of {_type(spec['items'])}"
    for pattern, value in spec.get("patternProperties", {}).items():
        kind += f" of names `{pattern}` to {_type(value)}"
    low, high = spec.get("minimum"), spec.get("maximum")
    limits = [f"{low:,} to {high:,}"] if low is not None and high is not None else []
    limits += [f"at most {spec['maxLength']} characters"] if "maxLength" in spec else []
    limits += [f"at most {spec['maxProperties']} entries"] if "maxProperties" in spec else []
    limits += [spec["format"]] if "format" in spec else []
    limits += [f"`{spec['pattern']}`"] if "pattern" in spec else []
    return ", ".join([kind, *limits])


def _details() -> dict[str, set[str]]:
    """What each reason's details hold besides it, read from every place that raises one."""
    found: dict[str, set[str]] = {reason.name: set() for reason in Reason}
    for file in sorted(FUNCTIONS_DIR.glob("*/*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                reason = node.args[0]
                if isinstance(reason, ast.Attribute) and reason.attr in found:
                    found[reason.attr] |= {str(keyword.arg) for keyword in node.keywords}
    return found


def _reasons(reasons: Iterable[Reason], details: Mapping[str, set[str]]) -> str:
    rows = (
        (
            f"`{reason.name}`",
            f"{_http_status(reason)} {reason.status}",
            ", ".join(f"`{name}`" for name in sorted(details[reason.name])) or "–",
            reason.ja,
            reason.en,
        )
        for reason in reasons
    )
    return _table(("reason", "HTTP and status", "further details", "Japanese", "English"), rows)


def _http_status(reason: Reason) -> int:
    code = https_fn.FunctionsErrorCode[reason.status]
    return int(https_fn.HttpsError(code, "")._http_error_code.status)


def _states() -> str:
    intro = """\
A ticket's state is its `status` and, once it is made, the `decision` about its money: `capture` or `void`. A decision
is made once, before Stripe is asked to act on it, and ends every race. A ticket is live until it is `completed` or
`cancelled`. `consultation/machine.py` holds this as data."""
    events = _table(("event", "cause"), ((f"`{event}`", _CAUSES[event]) for event in Event))
    return "\n\n".join(
        [
            f"{_GENERATED}\n# States of a ticket\n\n{intro}",
            f"## Tickets with a payment\n\n{_diagram(PAID, PAID_STATES, 'pending_payment: purchase')}",
            f"## Tickets from a perk code\n\nNo Stripe at any step.\n\n{_diagram(PERK, PERK_STATES, 'used: redeem')}",
            f"## Events\n\n{events}",
            "## Every event in every state\n\nThe state it leads to; `repeat`: the outcome already stands and the "
            "stored result is the answer; ·: a fact or a deadline that changes nothing; ×: refused with a reason.",
            f"With a payment:\n\n{_matrix(PAID_STATES, perk=False)}",
            f"From a perk code:\n\n{_matrix(PERK_STATES, perk=True)}\n",
        ]
    )


def _matrix(states: tuple[State, ...], *, perk: bool) -> str:
    def cell(state: State, event: Event) -> str:
        outcome = decide(state, event, perk=perk)
        return _SIGNS.get(outcome.verdict) or f"**{outcome.state}**"

    rows = ((f"`{event}`", *(cell(state, event) for state in states)) for event in Event)
    return _table(("", *(str(state) for state in states)), rows)


def _diagram(table: Mapping[tuple[State, Event], State], states: tuple[State, ...], first: str) -> str:
    """A Mermaid diagram; what happens alike in every live state is drawn once, from the box around them."""
    live = [state for state in states if state.live]
    shared: dict[Event, State] = {}
    for event in Event:
        targets = [table[state, event] for state in live if (state, event) in table]
        if len(targets) == len(live) and len(set(targets)) == 1:
            shared[event] = targets[0]
    edges: dict[tuple[State, State], list[str]] = {}
    for (source, event), target in table.items():
        if event not in shared:
            edges.setdefault((source, target), []).append(str(event))
    inner = [f'    state "{state}" as {_id(state)}' for state in live]
    lines = {True: [f"    [*] --> {first}"], False: [f"  live --> {_id(t)}: {event}" for event, t in shared.items()]}
    for (source, target), events in edges.items():
        indent = "    " if target.live else "  "
        lines[target.live].append(f"{indent}{_id(source)} --> {_id(target)}: {', '.join(events)}")
    body = ["  state live {", *inner, *lines[True], "  }", *lines[False], "  completed --> [*]", "  cancelled --> [*]"]
    return "\n".join(["```mermaid", "stateDiagram-v2", *body, "```"])


def _id(state: State) -> str:
    return re.sub(r"\W+", "_", str(state))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    cells = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells)


def _prose(docstring: str) -> str:
    """A docstring as Markdown: paragraphs unwrapped, literals in single backticks."""
    paragraphs = inspect.cleandoc(docstring).split("\n\n")
    return "\n\n".join(" ".join(text.split()) for text in paragraphs).replace("``", "`")


def main(arguments: list[str], folder: Path = ROOT / "docs") -> int:
    """Write what is stale below `folder`, or with `--check` only name it. Returns 1 when a check fails."""
    parser = argparse.ArgumentParser(prog="python -m devkit.docs", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is stale")
    check = parser.parse_args(arguments).check
    names, wanted = stale(folder), pages()
    for name in names:
        print(f"stale: docs/{name}" if check else f"written: docs/{name}")
        if check:
            continue
        file = folder / name
        if name not in wanted:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted[name], encoding="utf-8")
    return int(check and bool(names))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
