"""Every error the simulator answers, with Stripe's HTTP status, type and code.

Source: docs.stripe.com/api/errors and docs.stripe.com/error-codes. The wording of messages is the
simulator's own; clients must decide on `type`, `code` and `decline_code`.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """An error answer: HTTP `status` and the fields of Stripe's error object, the rarer ones in `extra`."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        extra: Json | None = None,
        should_retry: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = kind
        self.code = code
        self.param = param
        self.extra: Json = dict(extra or {})
        self.should_retry = should_retry

    def error(self) -> Json:
        """The error object; absent fields are left out, as Stripe does."""
        fields: Json = {
            "code": self.code,
            "param": self.param,
            "message": str(self),
            "type": self.type,
            **self.extra,
        }
        fields = {name: value for name, value in fields.items() if value is not None}
        if self.code:
            fields["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        return fields


class DropConnectionError(Exception):
    """The connection is to be closed without an answer (an injected fault)."""


def unauthorized(message: str) -> ApiError:
    """401: no API key, or one that this account does not know."""
    return ApiError(401, message)


def secret_key_required() -> ApiError:
    """A publishable key was used where only a secret key may."""
    return ApiError(401, "A secret API key is required for this call.", code="secret_key_required")


def unknown_url(method: str, path: str) -> ApiError:
    """404: no such endpoint."""
    return ApiError(404, f"Unrecognized request URL ({method}: {path}).")


def missing_parameter(param: str) -> ApiError:
    """A required parameter is absent."""
    return ApiError(400, f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown_parameter(param: str) -> ApiError:
    """A parameter the endpoint does not have."""
    return ApiError(400, f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def invalid_parameter(param: str, message: str, code: str | None = None) -> ApiError:
    """A parameter with a value of the wrong kind, or outside its choices."""
    return ApiError(400, message, code=code, param=param)


def no_such(kind: str, object_id: str, param: str, *, in_path: bool = False) -> ApiError:
    """An unknown id: 404 when it is the address, 400 when it is a parameter."""
    status = 404 if in_path else 400
    return ApiError(status, f"No such {kind}: '{object_id}'", code="resource_missing", param=param)


def unexpected_state(intent: Json, verb: str, allowed: tuple[str, ...]) -> ApiError:
    """The PaymentIntent's status forbids the command; the PaymentIntent is embedded in the error."""
    message = (
        f"This PaymentIntent has the status {intent['status']} and cannot be {verb}. "
        f"Statuses that allow it: {', '.join(allowed)}."
    )
    return ApiError(400, message, code="payment_intent_unexpected_state", extra={"payment_intent": intent})


def rate_limited(reason: str) -> ApiError:
    """429: too many requests; never saved under an idempotency key, and not retried by the SDK."""
    return ApiError(429, f"Request rate limit exceeded ({reason}).", code="rate_limit", should_retry=False)


def lock_timeout() -> ApiError:
    """429: another request holds the object; Stripe asks its SDKs to retry this one."""
    message = "Another request or process is using this object; try again shortly."
    return ApiError(429, message, code="lock_timeout", should_retry=True)


def key_in_use(key: str) -> ApiError:
    """409: the first request with this idempotency key is still running."""
    message = f"A request with the idempotency key {key!r} is still in progress."
    return ApiError(409, message, kind="idempotency_error", code="idempotency_key_in_use", should_retry=True)


def key_reused(key: str) -> ApiError:
    """400: the idempotency key was first used with another endpoint or other parameters."""
    message = f"The idempotency key {key!r} was first used with a different request; use another key."
    return ApiError(400, message, kind="idempotency_error")


def internal() -> ApiError:
    """500: not worth a retry under the same key, as the saved answer would only be replayed."""
    return ApiError(500, "An error occurred on Stripe's side.", kind="api_error", should_retry=False)
