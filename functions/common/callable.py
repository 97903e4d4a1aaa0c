"""What every callable shares: from the wire to a typed handler ``(caller, request) -> response`` and back.

A request reaches the handler only when its body, its ID token, its App Check token and its fields are valid.
Whatever goes wrong is answered with a closed reason (``common.errors``) in the caller's language; with
``inlineErrors: true`` as an ordinary answer, because FlutterFlow's generated call swallows exceptions.
"""

from __future__ import annotations

import functools
import json
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import firebase_admin
from firebase_functions import https_fn
from firebase_functions.params import SecretParam
from flask import Request, Response, make_response
from flask_cors import cross_origin
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, ValidationError
from pydantic.alias_generators import to_camel
from werkzeug.exceptions import BadRequest

from common import log
from common.documents import reserved_id
from common.environment import refuse_local_settings_when_deployed
from common.errors import CallReason, Reason, Refusal
from common.instances import serving
from common.made_once import MadeOnce
from common.params import ENFORCE_APP_CHECK, required
from common.typed_values import plain

MAX_BODY_BYTES = 64 * 1024
MAX_DEPTH = 20
ANY_CALL = (
    CallReason.INVALID_ARGUMENT,
    CallReason.UNAUTHENTICATED,
    CallReason.NOT_CONFIGURED,
    CallReason.INTERNAL,
    CallReason.BUSY,
)
_TOKEN = re.compile(r"Bearer [\w-]+\.[\w-]+\.[\w-]*")
_SAFE_UID = re.compile(r"[A-Za-z0-9._:@+|=-]{1,128}")


def utc_text(value: datetime) -> str:
    """A time on the wire: ISO 8601 in UTC with a ``Z``, which Dart's ``DateTime.parse`` reads."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Timestamp = Annotated[
    datetime,
    PlainSerializer(utc_text, return_type=str),
    Field(description="ISO 8601, UTC"),
]


def _usable_as_document_id(value: str) -> str:
    if reserved_id(value):
        raise ValueError("reserved id")
    return value


DocumentId = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._:@+|=-]+$"),
    AfterValidator(_usable_as_document_id),
]
"""An id a client may send: only characters that are safe in a document path and in an idempotency key."""


class RequestModel(BaseModel):
    """Base of every request: unknown fields are refused, and both spellings of a field are accepted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=to_camel, validate_by_name=True)

    inline_errors: bool = Field(False, description="Answer a failure as an ordinary result with ok: false.")


class ResponseModel(BaseModel):
    """Base of every successful answer."""

    ok: typing.Literal[True] = True


CAMEL_CASE = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)
"""For answers, and parts of them, whose screens read ``availablePoints`` rather than ``available_points``."""


@dataclass(frozen=True)
class Caller:
    """Who is calling, as the verified ID token says.

    Attributes:
        uid: the Firebase user id.
        admin: whether the token carries the custom claim ``admin: true``.
    """

    uid: str
    admin: bool


@dataclass(frozen=True)
class Endpoint:
    """What the documentation, the schemas and the tests know of a callable."""

    name: str
    who: str
    request: type[RequestModel]
    response: type[ResponseModel]
    reasons: tuple[Reason, ...]
    summary: str


Handler = Callable[[Caller, Any], ResponseModel]


def callable_function(
    *,
    who: str,
    reasons: tuple[Reason, ...] = (),
    secrets: tuple[SecretParam, ...] = (),
    admin_only: bool = False,
    keep_warm: bool = False,
) -> Callable[[Handler], Callable[[Request], Response]]:
    """Deploy a typed handler as a callable under the handler's own name.

    Args:
        who: who may call it, for the documentation; the handler checks it.
        reasons: the reasons it may answer with besides ``ANY_CALL``.
        secrets: the secrets it needs bound.
        admin_only: refuse callers without the ``admin`` claim.
        keep_warm: somebody stands and waits for the answer (``common.instances``).
    """

    def deploy(handler: Handler) -> Callable[[Request], Response]:
        hints = typing.get_type_hints(handler)
        endpoint = Endpoint(
            name=handler.__name__,
            who=who,
            request=hints["request"],
            response=hints["return"],
            reasons=(*ANY_CALL, *((CallReason.PERMISSION_DENIED,) if admin_only else ()), *reasons),
            summary=(handler.__doc__ or "").strip(),
        )

        @functools.wraps(handler)
        def on_valid_envelope(call: https_fn.CallableRequest[Any]) -> dict[str, Any]:
            try:
                caller = _caller(call, admin_only)
                request = _parse(endpoint.request, plain(call.data))
                for secret in secrets:
                    # Before anything is written: without its key a call could only be left half done.
                    required(secret)
                return handler(caller, request).model_dump(mode="json", by_alias=True)
            except Refusal as refusal:
                raise _as_https_error(refusal, _language(call.raw_request)) from refusal
            except Exception as error:
                log.exception("unexpected exception")
                raise _as_https_error(_internal(), _language(call.raw_request)) from error

        sdk_function: Any = https_fn.on_call(
            secrets=list(secrets),
            enforce_app_check=ENFORCE_APP_CHECK.value,
            **serving(keep_warm=keep_warm),
        )(on_valid_envelope)

        @functools.wraps(sdk_function)
        def serve(request: Request) -> Response:
            _start(endpoint.name, request)
            return _answer(request, sdk_function)

        serve.__kippu__ = endpoint  # type: ignore[attr-defined]
        return serve

    return deploy


@MadeOnce
def _app() -> firebase_admin.App:
    """The app whose users' tokens the SDK verifies."""
    refuse_local_settings_when_deployed()
    return firebase_admin.initialize_app()


def _start(function: str, request: Request) -> None:
    _app()
    log.start(function, request)


def _answer(request: Request, sdk_function: Callable[[Request], Response]) -> Response:
    """Let the SDK verify tokens and run the handler, and give every failure a reason."""
    if request.method == "OPTIONS":
        return sdk_function(request)
    body: Any = None
    try:
        body = _body(request)
        _check_envelope(request, body)
        response = sdk_function(request)
    except Refusal as refusal:
        response = _failure(refusal, _language(request))
    except Exception:  # noqa: BLE001  # nothing may leave without a reason
        log.exception("unexpected exception")
        response = _failure(_internal(), _language(request))
    if response.status_code < 400:
        return response
    return _readable(_with_reason(response, request, inline=_wants_inline(body)))


@cross_origin(methods="POST", origins="*")
def _readable(response: Response) -> Response:
    """With what the SDK gives its own answers, so that a browser's app may read a failure too."""
    return response


def _body(request: Request) -> Any:
    """The parsed JSON body. Checked before the SDK does, which answers malformed JSON with a 500 and logs values."""
    if request.method != "POST" or request.mimetype != "application/json":
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="POST with Content-Type application/json is expected")
    if request.content_length is None or request.content_length > MAX_BODY_BYTES:
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


def _check_envelope(request: Request, body: Any) -> None:
    """Refuse what the SDK would; apart from parsing, so that ``inlineErrors`` is known by now."""
    if not isinstance(body, dict) or set(body) != {"data"}:
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="the body must be an object with the one key data")
    authorization = request.headers.get("Authorization")
    if authorization is not None and not _TOKEN.fullmatch(authorization):
        raise Refusal(CallReason.UNAUTHENTICATED)


def _caller(call: https_fn.CallableRequest[Any], admin_only: bool) -> Caller:
    if call.auth is None or not call.auth.uid:
        raise Refusal(CallReason.UNAUTHENTICATED)
    # Custom tokens may name users freely; ids become parts of document paths and idempotency keys.
    if not _SAFE_UID.fullmatch(call.auth.uid) or reserved_id(call.auth.uid):
        raise Refusal(CallReason.UNAUTHENTICATED, problem="unsupported characters in the user id")
    caller = Caller(uid=call.auth.uid, admin=call.auth.token.get("admin") is True)
    if admin_only and not caller.admin:
        raise Refusal(CallReason.PERMISSION_DENIED)
    return caller


def _parse(model: type[RequestModel], data: Any) -> RequestModel:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # Only where and what kind: the values may be codes or tokens.
        fields = [
            {"field": ".".join(str(part) for part in item["loc"])[:100], "problem": item["type"]}
            for item in error.errors(include_url=False, include_context=False, include_input=False)[:10]
        ]
        raise Refusal(CallReason.INVALID_ARGUMENT, fields=fields) from error


def _language(request: Request) -> str:
    """``en`` when the request prefers it, Japanese otherwise."""
    return request.accept_languages.best_match(["ja", "en"], default="ja") or "ja"


def _internal() -> Refusal:
    return Refusal(CallReason.INTERNAL, request_id=log.request_id())


def _as_https_error(refusal: Refusal, language: str) -> https_fn.HttpsError:
    if refusal.reason.status == "INTERNAL":
        log.error("refused", reason=refusal.reason.name)
        refusal.details.setdefault("request_id", log.request_id())
    else:
        log.info("refused", reason=refusal.reason.name)
    code = https_fn.FunctionsErrorCode[refusal.reason.status]
    return https_fn.HttpsError(code, refusal.message(language), refusal.as_details())


def _failure(refusal: Refusal, language: str) -> Response:
    error = _as_https_error(refusal, language)
    return _json({"error": error._as_dict()}, error._http_error_code.status)


def _json(value: Any, status: int) -> Response:
    return make_response(json.dumps(value, ensure_ascii=False), status, {"Content-Type": "application/json"})


def _wants_inline(body: Any) -> bool:
    data = body.get("data") if isinstance(body, dict) else None
    return isinstance(data, dict) and (data.get("inlineErrors") is True or data.get("inline_errors") is True)


def _with_reason(response: Response, request: Request, *, inline: bool) -> Response:
    """Give the SDK's own refusals (tokens, App Check) a reason, and turn an error into an answer when asked to."""
    error = (response.get_json(silent=True) or {}).get("error", {})
    if "details" not in error:
        known = CallReason.UNAUTHENTICATED if response.status_code == 401 else CallReason.INTERNAL
        refusal = Refusal(known) if known is CallReason.UNAUTHENTICATED else _internal()
        response = _failure(refusal, _language(request))
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
