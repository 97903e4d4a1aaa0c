"""The wire format of callables: what is accepted as a call at all, and what a failure looks like."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Request, Response

from common import call_log, log, request_body
from common.errors import HTTP_STATUS, CallReason, Refusal

MAX_BODY_BYTES = 64 * 1024
MAX_DEPTH = 20
_TOKEN = re.compile(r"Bearer [\w-]+\.[\w-]+\.[\w-]*")


def parsed_body(request: Request) -> Any:
    """The parsed JSON body.

    Raises:
        Refusal: ``INVALID_ARGUMENT``.
    """
    if request.method != "POST" or request.mimetype != "application/json":
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="POST with Content-Type application/json is expected")
    read = request_body.read(request, MAX_BODY_BYTES)
    if read is None:
        raise Refusal(CallReason.INVALID_ARGUMENT, problem=f"the body must be at most {MAX_BODY_BYTES} bytes")
    try:
        body = json.loads(read)
        too_deep = _depth(body) > MAX_DEPTH
    except (ValueError, RecursionError) as error:
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="the body is not JSON") from error
    if too_deep:
        # It is gone through again, deeper in the stack, where what we could read may be too much.
        raise Refusal(CallReason.INVALID_ARGUMENT, problem=f"the body must not be nested deeper than {MAX_DEPTH}")
    return body


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def check(request: Request, body: Any) -> None:
    """Refuse what is no call; apart from parsing, so that ``inlineErrors`` is known by now.

    Raises:
        Refusal: ``INVALID_ARGUMENT`` or ``UNAUTHENTICATED``.
    """
    if not isinstance(body, dict) or set(body) != {"data"}:
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="the body must be an object with the one key data")
    authorization = request.headers.get("Authorization")
    if authorization is not None and not _TOKEN.fullmatch(authorization):
        raise Refusal(CallReason.UNAUTHENTICATED)


def internal() -> Refusal:
    """What an unexpected exception is answered with."""
    return Refusal(CallReason.INTERNAL, request_id=log.request_id())


def success(answer: str) -> Response:
    """What a handler answered, as JSON."""
    return _json(f'{{"result":{answer}}}', 200)


def failure(refusal: Refusal, request: Request, body: Any) -> Response:
    """The refusal, logged; as an ordinary answer if the call asked for that."""
    reason = refusal.reason
    if reason.status == "INTERNAL":
        refusal.details.setdefault("request_id", log.request_id())
    call_log.refused(refusal)
    error = {"status": reason.status, "message": refusal.message(language(request))}
    if _wants_inline(body):
        inlined = {**error, "reason": reason.name, "details": refusal.details}
        return _json(json.dumps({"result": {"ok": False, "error": inlined}}), 200)
    return _json(json.dumps({"error": {**error, "details": refusal.as_details()}}), HTTP_STATUS[reason.status])


def language(request: Request) -> str:
    """``en`` when the request prefers it, Japanese otherwise."""
    return request.accept_languages.best_match(["ja", "en"], default="ja") or "ja"


def _json(text: str, status: int) -> Response:
    # Browsers' apps may read it, from wherever they come.
    return Response(text, status, {"Access-Control-Allow-Origin": "*"}, content_type="application/json")


def _wants_inline(body: Any) -> bool:
    data = body.get("data") if isinstance(body, dict) else None
    return isinstance(data, dict) and (data.get("inlineErrors") is True or data.get("inline_errors") is True)
