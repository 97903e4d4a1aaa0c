"""What every callable shares: from the wire to a typed handler ``(caller, request) -> response`` and back.

A request reaches the handler only when its body, its ID token, its App Check token and its fields are valid.
Whatever goes wrong is answered with a closed reason (``common.errors``) in the caller's language; with
``inlineErrors: true`` as an ordinary answer, because FlutterFlow's generated call swallows exceptions.
"""

from __future__ import annotations

import functools
import logging
import sys
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import firebase_admin
from firebase_functions import https_fn
from firebase_functions.params import SecretParam
from flask import Request, Response
from pydantic import ValidationError

from common import call_log, envelope, ids, log
from common.alerts import Alert
from common.documents import PASSING
from common.environment import refuse_local_settings_when_deployed
from common.errors import CallReason, Reason, Refusal
from common.failure_streak import FailureStreak
from common.instances import serving
from common.made_once import MadeOnce
from common.messages import RequestModel, ResponseModel
from common.params import ENFORCE_APP_CHECK, required
from common.typed_values import plain

ANY_CALL = (
    CallReason.INVALID_ARGUMENT,
    CallReason.UNAUTHENTICATED,
    CallReason.NOT_CONFIGURED,
    CallReason.INTERNAL,
    CallReason.BUSY,
)


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

        streak = FailureStreak()

        @functools.wraps(handler)
        def on_valid_envelope(call: https_fn.CallableRequest[Any]) -> dict[str, Any]:
            try:
                caller = _caller(call, admin_only)
                request = _parse(endpoint.request, plain(call.data))
                call_log.about(vars(request))
                for secret in secrets:
                    # Before anything is written: without its key a call could only be left half done.
                    required(secret)
                answer = handler(caller, request)
                result = answer.model_dump(mode="json", by_alias=True)
                call_log.succeeded(vars(answer))
                streak.ended()
                return result
            except Refusal as refusal:
                if refusal.reason.status == "UNAVAILABLE":
                    streak.failed()
                raise envelope.sdk_error(refusal, call.raw_request) from refusal
            except PASSING as error:
                log.warning("firestore unavailable", problem=type(error).__name__)
                streak.failed()
                raise envelope.sdk_error(Refusal(CallReason.BUSY), call.raw_request) from error
            except Exception as error:
                log.exception(Alert.UNEXPECTED_EXCEPTION)
                raise envelope.sdk_error(envelope.internal(), call.raw_request) from error

        sdk_function: Any = https_fn.on_call(
            secrets=list(secrets),
            enforce_app_check=ENFORCE_APP_CHECK.value,
            **serving(keep_warm=keep_warm),
        )(on_valid_envelope)

        @functools.wraps(sdk_function)
        def serve(request: Request) -> Response:
            _app()
            log.start(endpoint.name, request)
            return _answer(request, sdk_function)

        serve.__kippu__ = endpoint  # type: ignore[attr-defined]
        return serve

    return deploy


@MadeOnce
def _app() -> firebase_admin.App:
    """The app whose users' tokens the SDK verifies."""
    refuse_local_settings_when_deployed()
    logging.getLogger().addFilter(_without_tokens)
    return firebase_admin.initialize_app()


def _without_tokens(record: logging.LogRecord) -> bool:
    """Keep out of the log why the SDK refuses a token, which it tells with parts of the token, however long.

    What kind of trouble it was stands on the line of the refusal instead.
    """
    if record.module != "util" or "firebase_functions" not in record.pathname:
        return True
    kind, _, _ = sys.exc_info()
    if kind is not None:
        log.about(problem=kind.__name__)
    return False


def _answer(request: Request, sdk_function: Callable[[Request], Response]) -> Response:
    """Let the SDK verify tokens and run the handler, and give every failure a reason."""
    if request.method == "OPTIONS":
        return sdk_function(request)
    body: Any = None
    try:
        body = envelope.parsed_body(request)
        envelope.check(request, body)
        response = sdk_function(request)
    except Refusal as refusal:
        response = envelope.failure(refusal, request)
    except Exception:  # noqa: BLE001  # nothing may leave without a reason
        log.exception(Alert.UNEXPECTED_EXCEPTION)
        response = envelope.failure(envelope.internal(), request)
    return response if response.status_code < 400 else envelope.failed_answer(response, request, body)


def _caller(call: https_fn.CallableRequest[Any], admin_only: bool) -> Caller:
    if call.auth is None or not call.auth.uid:
        raise Refusal(CallReason.UNAUTHENTICATED)
    if not ids.usable_uid(call.auth.uid):
        raise Refusal(CallReason.UNAUTHENTICATED, problem="unsupported characters in the user id")
    caller = Caller(uid=call.auth.uid, admin=call.auth.token.get("admin") is True)
    log.about(uid=caller.uid)
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
