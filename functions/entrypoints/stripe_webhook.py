"""stripeWebhook: Stripe's events, verified, recorded once and settled.

Answers: 400 for what Stripe did not sign, 200 once everything is committed or nothing is ours to do, 500 when we
failed, so that Stripe delivers again. The ledger line ``stripe_events/{id}`` is written in the commit that settles the
event.
"""

from __future__ import annotations

from firebase_functions import https_fn
from flask import Request, Response

from common import call_log, log
from common.alerts import Alert
from common.documents import PASSING, LostRace
from common.environment import refuse_local_settings_when_deployed
from common.errors import Refusal
from common.instances import serving
from common.params import STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS
from common.retry import Busy
from entrypoints.event_routing import Deferred, settle_event
from payments import events
from payments.failures import Unavailable
from payments.webhook_signature import BadSignature, verified


@https_fn.on_request(secrets=[STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS], **serving())
def stripeWebhook(request: Request) -> Response:  # noqa: N802
    """Settles Stripe's events. For Stripe only: whoever else calls it lacks the signature."""
    refuse_local_settings_when_deployed()
    log.start("stripeWebhook", request)
    try:
        event = verified(request)
        known = call_log.known_ids({"payment_intent_id": events.payment_intent_id(event)})
        log.about(event=event.id, type=event.type, **known)
        outcome = settle_event(event)
    except BadSignature as error:
        log.warning("webhook refused", problem=str(error))
        return Response("bad signature", status=400)
    except (Unavailable, LostRace, Busy, Deferred, *PASSING) as error:
        log.warning("webhook postponed", problem=repr(error))
        return Response("try again", status=500)
    except Refusal as refusal:
        log.error(Alert.WEBHOOK_FAILED, reason=refusal.reason.name)
        return Response("failed", status=500)
    except Exception:  # noqa: BLE001  # Stripe delivers again what we answer 500
        log.exception(Alert.WEBHOOK_FAILED)
        return Response("failed", status=500)
    log.info("webhook", outcome=outcome, ms=log.elapsed_ms())
    return Response(outcome, status=200)
