"""What every callable shares: from the wire to a typed handler ``(caller, request) -> response`` and back.

The SDK declares a callable, and would serve it too. It is served here, because the SDK parses each body twice, refuses
without a reason, and logs parts of tokens.

A request reaches the handler only when its body, its ID token, its App Check token and its fields are valid.
Whatever goes wrong is answered with a closed reason (``common.errors``) in the caller's language; with
``inlineErrors: true`` as an ordinary answer, because FlutterFlow's generated call swallows exceptions.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import firebase_admin
from firebase_functions import https_fn
from firebase_functions.params import SecretParam
from flask import Request, Response
from pydantic import ValidationError

from common import audit, call_log, envelope, ids, log, tokens
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
        support: whether it carries ``support: true``, which sees what an administrator sees and changes nothing.
    """

    uid: str
    admin: bool
    support: bool = False


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
    support_too: bool = False,
    keep_warm: bool = False,
) -> Callable[[Handler], Callable[[Request], Response]]:
    """Deploy a typed handler as a callable under the handler's own name.

    Args:
        who: who may call it, for the documentation; the handler checks it.
        reasons: the reasons it may answer with besides ``ANY_CALL``.
        secrets: the secrets it needs bound.
        admin_only: refuse callers without the ``admin`` claim.
        support_too: but not those with the ``support`` claim. For what changes nothing.
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

        streak, enforced = FailureStreak(), bool(ENFORCE_APP_CHECK.value)

        def answered(request: Request, data: Any) -> Response:
            caller = _caller(tokens.verified_claims(request, enforce_app_check=enforced))
            if admin_only and not (caller.admin or (support_too and caller.support)):
                raise Refusal(CallReason.PERMISSION_DENIED)
            fields = _parse(endpoint.request, plain(data))
            call_log.about(vars(fields))
            for secret in secrets:
                # Before anything is written: without its key a call could only be left half done.
                required(secret)
            answer = _handled(handler, caller, fields)
            response = envelope.success(answer.model_dump_json(by_alias=True))
            call_log.succeeded(vars(answer))
            streak.ended()
            return response

        @https_fn.on_call(secrets=list(secrets), enforce_app_check=enforced, **serving(keep_warm=keep_warm))
        @functools.wraps(handler)
        def declared(_: https_fn.CallableRequest[Any]) -> None:
            raise NotImplementedError("calls do not go through the SDK")

        answer_preflight: Any = declared

        @functools.wraps(declared)
        def serve(request: Request) -> Response:
            _app()
            log.start(endpoint.name, request)
            return answer_preflight(request) if request.method == "OPTIONS" else _answer(request, answered, streak)

        serve.__kippu__ = endpoint  # type: ignore[attr-defined]
        return serve

    return deploy


@MadeOnce
def _app() -> firebase_admin.App:
    """The app whose users' tokens are verified."""
    refuse_local_settings_when_deployed()
    return firebase_admin.initialize_app()


def _answer(request: Request, answered: Callable[[Request, Any], Response], streak: FailureStreak) -> Response:
    """Read the body, and give every failure a reason."""
    body: Any = None
    try:
        body = envelope.parsed_body(request)
        envelope.check(request, body)
        return answered(request, body["data"])
    except Refusal as refused:
        refusal = refused
        if refusal.reason.status == "UNAVAILABLE":
            streak.failed()
    except PASSING as error:
        log.warning("firestore unavailable", problem=type(error).__name__)
        streak.failed()
        refusal = Refusal(CallReason.BUSY)
    except Exception:  # noqa: BLE001  # nothing may leave without a reason
        log.exception(Alert.UNEXPECTED_EXCEPTION)
        refusal = envelope.internal()
    return envelope.failure(refusal, request, body)


def _caller(claims: dict[str, Any]) -> Caller:
    uid = claims.get("uid")
    if not uid:
        raise Refusal(CallReason.UNAUTHENTICATED)
    if not ids.usable_uid(uid):
        raise Refusal(CallReason.UNAUTHENTICATED, problem="unsupported characters in the user id")
    log.about(uid=uid)
    return Caller(uid=uid, admin=claims.get("admin") is True, support=claims.get("support") is True)


def _handled(handler: Handler, caller: Caller, fields: RequestModel) -> ResponseModel:
    if not (caller.admin or caller.support):
        return handler(caller, fields)
    with audit.action(caller.uid, handler.__name__, getattr(fields, "note", None)):
        return handler(caller, fields)


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
