"""One API request from arrival to answer: key, limits and faults, validation, idempotency, execution.

The order matters. Whatever is refused before an idempotency key is claimed is not saved under it; whatever
happens afterwards is, success or failure (docs.stripe.com/api/idempotent_requests).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from devkit.stripe_sim import errors, params
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.errors import ApiError, DropConnectionError, Json
from devkit.stripe_sim.events import API_VERSION, Origin
from devkit.stripe_sim.expand import expand
from devkit.stripe_sim.faults import ANSWER_KINDS, ARRIVAL_KINDS, EXECUTION_KINDS, Fault, Faults, RateLimiter
from devkit.stripe_sim.idempotency import MAX_KEY_LENGTH, IdempotencyKeys, SavedAnswer
from devkit.stripe_sim.ids import new_id
from devkit.stripe_sim.routes import Call, Route, find_route
from devkit.stripe_sim.webhooks import WebhookDispatcher

_LOG_LENGTH = 200_000


@dataclass(frozen=True)
class Request:
    """An HTTP request; `headers` has lower-case names, `form` is the query string or the body."""

    method: str
    path: str
    headers: Mapping[str, str]
    form: str


@dataclass(frozen=True)
class Response:
    """An HTTP answer, with a JSON body unless its headers say otherwise."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Api:
    """The `/v1` API of one account. Safe for concurrent use."""

    def __init__(self, account: Account, webhooks: WebhookDispatcher, api_keys: tuple[str, ...]) -> None:
        self.faults: Faults = Faults()
        self.limits: RateLimiter = RateLimiter()
        self._account = account
        self._webhooks = webhooks
        self._api_keys = frozenset(api_keys)
        self._keys = IdempotencyKeys(account.clock)
        self._log: deque[Json] = deque(maxlen=_LOG_LENGTH)

    def handle(self, request: Request) -> Response:
        """Answers a request; raises `DropConnectionError` when a fault says that no answer may arrive."""
        origin = Origin(
            request_id=new_id("req", 14),
            idempotency_key=request.headers.get("idempotency-key") or None,
            api_version=request.headers.get("stripe-version", API_VERSION),
        )
        found = find_route(request.method, request.path)
        entry: Json = {
            "at": self._account.now(),
            "method": request.method,
            "path": request.path,
            "route": found[0].name if found else None,
            "idempotency_key": origin.idempotency_key,
            "request_id": origin.request_id,
            "status": None,
            "replayed": False,
            "fault": None,
        }
        self._log.append(entry)
        try:
            publishable = self._authenticate(request.headers)
            if found is None:
                raise errors.unknown_url(request.method, request.path)
            answer = self._admit(request, found[0], found[1], origin, publishable, entry)
        except ApiError as error:
            answer = _failure(error, origin)
        if entry["fault"] is None and self.faults.take(ANSWER_KINDS, request.method, request.path):
            entry["fault"] = "drop_after"
            raise DropConnectionError
        entry["status"] = answer.status
        return _response(answer, origin)

    def requests(self) -> list[Json]:
        """The log of requests in order of arrival; `status` is None where no answer was sent."""
        return [dict(entry) for entry in self._log.copy()]

    def counts(self) -> dict[str, int]:
        """Requests per endpoint."""
        return dict(Counter(entry["route"] for entry in self._log.copy() if entry["route"]))

    def clear(self) -> None:
        """Forgets requests, idempotency keys, faults and limits."""
        self._log.clear()
        self._keys.clear()
        self.faults.clear()
        self.limits.configure(None, None)

    def _authenticate(self, headers: Mapping[str, str]) -> bool:
        """Whether the key is a publishable one; raises `ApiError` 401 for one the account does not know."""
        key = _api_key(headers.get("authorization", ""))
        if not key:
            raise errors.unauthorized("No API key was given; send it in the Authorization header.")
        if key.startswith("pk_test_"):
            return True
        if key not in self._api_keys:
            raise errors.unauthorized("Invalid API key.")
        return False

    def _admit(
        self, request: Request, route: Route, object_id: str, origin: Origin, publishable: bool, entry: Json
    ) -> SavedAnswer:
        """Everything up to the claim of the idempotency key."""
        arrival = self.faults.take(ARRIVAL_KINDS, request.method, request.path)
        if arrival is not None:
            entry["fault"] = arrival.kind
            raise _arrival_error(arrival)
        self.limits.check(route.name)
        raw = params.decode(request.form)
        if publishable and not (route.publishable and "client_secret" in raw):
            raise errors.secret_key_required()
        call = Call(object_id, params.validate(route.spec, raw, route.required), origin, publishable)
        key = origin.idempotency_key if request.method == "POST" else None
        if key is None:
            return self._execute(request, route, call, entry)
        if len(key) > MAX_KEY_LENGTH:
            raise ApiError(400, f"Idempotency keys have at most {MAX_KEY_LENGTH} characters.")
        saved = self._keys.claim(key, _fingerprint(request, raw))
        if saved is not None:
            entry["replayed"] = True
            return saved
        try:
            return self._execute(request, route, call, entry)
        except BaseException:
            self._keys.abandon(key)
            raise

    def _execute(self, request: Request, route: Route, call: Call, entry: Json) -> SavedAnswer:
        """Runs the handler under the lock, with this phase's faults, and saves the answer under the key."""
        fault = self.faults.take(EXECUTION_KINDS, request.method, request.path)
        kind = fault.kind if fault else None
        entry["fault"] = kind
        if fault is not None and fault.kind == "delay":
            self.faults.wait(fault.seconds)
        answer = _failure(errors.internal(), call.origin)
        if kind != "500":
            effect = self._effect(route, call)
            answer = answer if kind == "500_after" else effect
        key = call.origin.idempotency_key
        if key is not None and request.method == "POST":
            self._keys.save(key, answer)
        return answer

    def _effect(self, route: Route, call: Call) -> SavedAnswer:
        with self._account.lock:
            self._account.catch_up()
            try:
                result = route.handler(self._account, self._webhooks, call)
                result = expand(self._account, result, call.params.get("expand", []))
            except ApiError as error:
                return _failure(error, call.origin)
            return SavedAnswer(200, _encode(result), call.origin.request_id or "")


def _arrival_error(fault: Fault) -> Exception:
    if fault.kind == "drop_before":
        return DropConnectionError()
    return errors.lock_timeout() if fault.kind == "lock_timeout" else errors.rate_limited("injected")


def _api_key(authorization: str) -> str:
    """The key from `Bearer <key>` (the SDK) or from `Basic` with the key as user name (curl -u)."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return value.strip() if scheme.lower() == "bearer" else ""


def _fingerprint(request: Request, raw: Json) -> str:
    described = json.dumps([request.method, request.path, raw], sort_keys=True)
    return hashlib.sha256(described.encode()).hexdigest()


def _failure(error: ApiError, origin: Origin) -> SavedAnswer:
    return SavedAnswer(error.status, _encode({"error": error.error()}), origin.request_id or "", error.should_retry)


def _response(answer: SavedAnswer, origin: Origin) -> Response:
    request_id = origin.request_id or ""
    headers = {"Request-Id": request_id, "Stripe-Version": origin.api_version}
    if origin.idempotency_key is not None:
        headers["Idempotency-Key"] = origin.idempotency_key
        headers["Original-Request"] = answer.request_id
    if answer.request_id != request_id:
        headers["Idempotent-Replayed"] = "true"
    if answer.should_retry is not None:
        headers["Stripe-Should-Retry"] = str(answer.should_retry).lower()
    return Response(answer.status, answer.body, headers)


def _encode(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
