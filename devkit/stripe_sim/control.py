"""`/_sim`: the controls over HTTP, as JSON. Each calls the method of `Driver` it is named after.

| method and path | body → |
|---|---|
| GET, POST /_sim/clock | `{"advance": seconds}` or `{"set": epoch}` |
| GET, POST, DELETE /_sim/faults | a rule: `kind`, `method`, `path`, `times`, `skip`, `seconds` |
| GET, POST /_sim/rate_limit | `{"profile": "sandbox"}` or `per_second`, `per_endpoint` |
| GET, POST, DELETE /_sim/webhooks | `{"url", "secrets"}` |
| POST /_sim/webhooks/mode, /release, /flush, /wait | `mode`, `copies`, …; `order`, `seed`; –; `timeout` (s) |
| GET /_sim/deliveries, /events, /requests, /state, /health | – |
| POST /_sim/events/{id}/redeliver | `{"times": n}` |
| GET /_sim/payment_intents, /_sim/payment_intents/{id} | – |
| POST /_sim/payment_intents/{id}/confirm, /authenticate | `payment_method`; `outcome` |
| POST /_sim/payment_intents/{id}/process, /finish | `payment_method`; `outcome` |
| POST /_sim/payment_intents/{id}/capture, /cancel | `amount`; `reason` |
| POST /_sim/payment_intents/{id}/refund, /dispute | `amount`, `status`; `status`, `reason` |
| POST /_sim/payment_intents/{id}/metadata, /edit | `changes` (null: remove all); fields |
| POST /_sim/payment_intents/{id}/forget, /unmark_dispute | – |
| POST /_sim/refunds/{id}/fail, /move | `reason`; `status`, `failure_reason` |
| POST /_sim/disputes/{id}/move | `status` |
| POST /_sim/payment_intents/{id}/capture_before | `{"capture_before": epoch}` |
| GET /_sim/checkout/sessions, /_sim/checkout/sessions/{id} | – |
| POST /_sim/checkout/sessions/{id}/pay, /authenticate | `payment_method`, `email`; `outcome` (`pass`, `fail`) |
| POST /_sim/checkout/sessions/{id}/konbini | `{"outcome": "paid"}` or `lapsed` |
| POST /_sim/checkout/sessions/{id}/expire, /forget | – |
| POST /_sim/reset | – |
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from devkit.stripe_sim.api import Response
from devkit.stripe_sim.driver import Driver
from devkit.stripe_sim.errors import ApiError, Json

Control = Callable[[Driver, str, Json], Any]


def _move_clock(sim: Driver, _: str, body: Json) -> Json:
    if body.keys() == {"advance"}:
        return {"now": sim.advance(body["advance"])}
    if body.keys() == {"set"}:
        return {"now": sim.set_clock(body["set"])}
    raise ValueError('give either "advance" or "set"')


def _add_fault(sim: Driver, _: str, body: Json) -> list[Json]:
    sim.fault(**body)
    return sim.faults()


_CONTROLS: dict[str, Control] = {
    "GET /_sim/health": lambda sim, _, __: {"url": sim.url},
    "GET /_sim/clock": lambda sim, _, __: {"now": sim.now()},
    "POST /_sim/clock": _move_clock,
    "GET /_sim/faults": lambda sim, _, __: sim.faults(),
    "POST /_sim/faults": _add_fault,
    "DELETE /_sim/faults": lambda sim, _, __: sim.clear_faults(),
    "GET /_sim/rate_limit": lambda sim, _, __: sim.rate_limits(),
    "POST /_sim/rate_limit": lambda sim, _, body: sim.rate_limit(**body),
    "GET /_sim/webhooks": lambda sim, _, __: sim.webhook_endpoints(),
    "POST /_sim/webhooks": lambda sim, _, body: sim.add_webhook(**body),
    "DELETE /_sim/webhooks": lambda sim, _, __: sim.remove_webhooks(),
    "POST /_sim/webhooks/mode": lambda sim, _, body: sim.webhooks(**body),
    "POST /_sim/webhooks/release": lambda sim, _, body: {"sent": sim.release(**body)},
    "POST /_sim/webhooks/flush": lambda sim, _, __: {"sent": sim.flush()},
    "POST /_sim/webhooks/wait": lambda sim, _, body: {"idle": sim.wait_idle(**body)},
    "GET /_sim/deliveries": lambda sim, _, __: sim.deliveries(),
    "GET /_sim/events": lambda sim, _, __: sim.events(),
    "POST /_sim/events/{id}/redeliver": lambda sim, event, body: sim.redeliver(event, **body),
    "GET /_sim/requests": lambda sim, _, __: sim.requests(),
    "GET /_sim/state": lambda sim, _, __: sim.state(),
    "GET /_sim/payment_intents": lambda sim, _, __: sim.payment_intents(),
    "GET /_sim/payment_intents/{id}": lambda sim, intent, _: sim.payment_intent(intent),
    "POST /_sim/payment_intents/{id}/confirm": lambda sim, intent, body: sim.confirm(intent, **body),
    "POST /_sim/payment_intents/{id}/authenticate": lambda sim, intent, body: sim.authenticate(intent, **body),
    "POST /_sim/payment_intents/{id}/process": lambda sim, intent, body: sim.process(intent, **body),
    "POST /_sim/payment_intents/{id}/finish": lambda sim, intent, body: sim.finish(intent, **body),
    "POST /_sim/payment_intents/{id}/capture": lambda sim, intent, body: sim.dashboard_capture(intent, **body),
    "POST /_sim/payment_intents/{id}/cancel": lambda sim, intent, body: sim.dashboard_cancel(intent, **body),
    "POST /_sim/payment_intents/{id}/refund": lambda sim, intent, body: sim.dashboard_refund(intent, **body),
    "POST /_sim/payment_intents/{id}/dispute": lambda sim, intent, body: sim.dispute(intent, **body),
    "POST /_sim/payment_intents/{id}/unmark_dispute": lambda sim, intent, _: sim.unmark_dispute(intent),
    "POST /_sim/payment_intents/{id}/metadata": lambda sim, intent, body: sim.edit_metadata(intent, **body),
    "POST /_sim/payment_intents/{id}/edit": lambda sim, intent, body: sim.edit(intent, **body),
    "POST /_sim/payment_intents/{id}/forget": lambda sim, intent, _: sim.forget(intent),
    "POST /_sim/payment_intents/{id}/capture_before": lambda sim, intent, body: sim.set_capture_before(intent, **body),
    "POST /_sim/refunds/{id}/fail": lambda sim, refund, body: sim.fail_refund(refund, **body),
    "POST /_sim/refunds/{id}/move": lambda sim, refund, body: sim.move_refund(refund, **body),
    "POST /_sim/disputes/{id}/move": lambda sim, dispute, body: sim.move_dispute(dispute, **body),
    "GET /_sim/checkout/sessions": lambda sim, _, __: sim.checkout_sessions(),
    "GET /_sim/checkout/sessions/{id}": lambda sim, session, _: sim.checkout_session(session),
    "POST /_sim/checkout/sessions/{id}/pay": lambda sim, session, body: sim.pay_session(session, **body),
    "POST /_sim/checkout/sessions/{id}/authenticate": lambda sim, session, body: sim.authenticate_session(
        session, **body
    ),
    "POST /_sim/checkout/sessions/{id}/konbini": lambda sim, session, body: sim.end_konbini(session, **body),
    "POST /_sim/checkout/sessions/{id}/expire": lambda sim, session, _: sim.expire_session(session),
    "POST /_sim/checkout/sessions/{id}/forget": lambda sim, session, _: sim.forget_session(session),
    "POST /_sim/reset": lambda sim, _, __: sim.reset(),
}

_PATTERNS = [
    (re.compile(re.escape(name).replace(r"\{id\}", "([A-Za-z0-9_]+)").replace(r"\ ", " ")), control)
    for name, control in _CONTROLS.items()
]


def handle(sim: Driver, method: str, path: str, body: bytes) -> Response:
    """Answers a `/_sim` request with JSON; what is refused gets 4xx and `{"error": {"message"}}`."""
    for pattern, control in _PATTERNS:
        found = pattern.fullmatch(f"{method} {path}")
        if found is None:
            continue
        try:
            return _json(200, control(sim, "".join(found.groups()), _decode(body)))
        except ApiError as error:
            return _json(error.status, {"error": error.error()})
        except (AttributeError, TypeError, ValueError) as error:
            return _json(400, {"error": {"message": str(error)}})
    return _json(404, {"error": {"message": f"no such control: {method} {path}"}})


def _decode(body: bytes) -> Json:
    decoded = json.loads(body) if body.strip() else {}
    if not isinstance(decoded, dict):
        raise ValueError("the body must be a JSON object")
    return decoded


def _json(status: int, body: object) -> Response:
    return Response(status, json.dumps({"ok": True} if body is None else body, ensure_ascii=False).encode())
