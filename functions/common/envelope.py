"""The wire format of callables: what is accepted as a call at all, and what a failure looks like."""

from __future__ import annotations

import json
import re
from typing import Any

from firebase_functions import https_fn
from flask import Request, Response, make_response
from flask_cors import cross_origin
from werkzeug.exceptions import BadRequest

from common import call_log, log, request_body
from common.errors import HTTP_STATUS, CallReason, Refusal

MAX_BODY_BYTES = 64 * 1024
MAX_DEPTH = 20
_TOKEN = re.compile(r"Bearer [\w-]+\.[\w-]+\.[\w-]*")


def parsed_body(request: Request) -> Any:
    """The parsed JSON body. Checked before the SDK does, which answers malformed JSON with a 500 and logs values.

    Raises:
        Refusal: ``INVALID_ARGUMENT``.
    """
    if request.method != "POST" or request.mimetype != "application/json":
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="POST with Content-Type application/json is expected")
    if request_body.read(request, MAX_BODY_BYTES) is None:
        raise Refusal(CallReason.INVALID_ARGUMENT, problem=f"the body must be at most {MAX_BODY_BYTES} bytes")
    try:
        # Kept by the request: the SDK looks at it twice more.
        body = request.get_json()
        too_deep = _depth(body) > MAX_DEPTH
    except (BadRequest, RecursionError) as error:
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="the body is not JSON") from error
    if too_deep:
        # The SDK parses it again, deeper in the stack, where what we could read may be too much.
        raise Refusal(CallReason.INVALID_ARGUMENT, problem=f"the body must not be nested deeper than {MAX_DEPTH}")
    return body


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def check(request: Request, body: Any) -> None:
    """Refuse what the SDK would; apart from parsing, so that ``inlineErrors`` is known by now.

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


def sdk_error(refusal: Refusal, request: Request) -> https_fn.HttpsError:
    """The refusal as the SDK answers it, logged."""
    reason = refusal.reason
    if reason.status == "INTERNAL":
        refusal.details.setdefault("request_id", log.request_id())
    call_log.refused(refusal)
    code = https_fn.FunctionsErrorCode[reason.status]
    return https_fn.HttpsError(code, refusal.message(language(request)), refusal.as_details())


def failure(refusal: Refusal, request: Request) -> Response:
    """The refusal as an answer of ours, in the SDK's format."""
    error = sdk_error(refusal, request)
    status = refusal.reason.status
    return _json({"error": {"status": status, "message": error.message, "details": error.details}}, HTTP_STATUS[status])


def failed_answer(response: Response, request: Request, body: Any) -> Response:
    """A failure with a reason, as an ordinary answer if the call asked for that, readable by a browser's app too."""
    return _for_browsers(_with_reason(response, request, inline=_wants_inline(body)))


@cross_origin(methods="POST", origins="*")
def _for_browsers(response: Response) -> Response:
    """With the headers that the SDK gives its own answers."""
    return response


def language(request: Request) -> str:
    """``en`` when the request prefers it, Japanese otherwise."""
    return request.accept_languages.best_match(["ja", "en"], default="ja") or "ja"


def _json(value: Any, status: int) -> Response:
    return make_response(json.dumps(value, ensure_ascii=False), status, {"Content-Type": "application/json"})


def _wants_inline(body: Any) -> bool:
    data = body.get("data") if isinstance(body, dict) else None
    return isinstance(data, dict) and (data.get("inlineErrors") is True or data.get("inline_errors") is True)


def _with_reason(response: Response, request: Request, *, inline: bool) -> Response:
    """Give the SDK's own refusals (tokens, App Check) a reason, and turn an error into an answer when asked to."""
    error = (response.get_json(silent=True) or {}).get("error", {})
    if "details" not in error:
        unauthenticated = response.status_code == 401
        response = failure(Refusal(CallReason.UNAUTHENTICATED) if unauthenticated else internal(), request)
        error = response.get_json()["error"]
    if not inline:
        return response
    details = dict(error["details"])
    inlined = {
        "status": error["status"],
        "reason": details.pop("reason"),
        "message": error["message"],
        "details": details,
    }
    return _json({"result": {"ok": False, "error": inlined}}, 200)
