"""checkoutPage: where Stripe's page sends people back to, after paying and after cancelling.

Answers with a page in Japanese or English that runs no script: 200 with the purchase as it is now; 400 or 404 for an
address that we did not make, or whose time is over; 405 for anything but GET and HEAD; 503, to be tried again, while
Stripe or Firestore does not answer.

Parameters: ``purchase_token``; ``lang`` (``ja`` or ``en``; else what the browser prefers, else Japanese); ``cancelled``
(``1``), by which the address after cancelling differs. Others are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from firebase_functions import https_fn
from flask import Request, Response

from checkout import return_page_html as html
from checkout import return_page_texts as texts
from checkout.app_links import app_links
from checkout.keys import purchase_of
from checkout.page_state import page_state
from checkout.purchase import CheckoutPurchase
from checkout.reasons import CheckoutReason
from common import call_log, envelope, log
from common.alerts import Alert
from common.documents import PASSING
from common.environment import refuse_local_settings_when_deployed
from common.errors import HTTP_STATUS, CallReason, Refusal
from common.failure_streak import FailureStreak
from common.instances import serving
from common.params import CHECKOUT_KEYS, STRIPE_SECRET_KEY, required

METHODS = ("GET", "HEAD")
LANGUAGES = ("ja", "en")
RETRY_AFTER_SECONDS = 10
_streak = FailureStreak()


@dataclass(frozen=True)
class Visit:
    """What the address asks for.

    Attributes:
        token: one that was verified; only that is ever written on a page.
    """

    language: str
    cancelled: bool = False
    token: str | None = None

    def query(self, language: str) -> str:
        """The same page in a language, as a link on it."""
        known = {"purchase_token": self.token, "cancelled": "1" if self.cancelled else None, "lang": language}
        return f"?{urlencode({name: value for name, value in known.items() if value is not None})}"


@https_fn.on_request(secrets=[STRIPE_SECRET_KEY, CHECKOUT_KEYS], **serving(keep_warm=True))
def checkoutPage(request: Request) -> Response:  # noqa: N802
    """Shows the purchase of the token in the address, brought up to date first, and a button that opens the app.

    An address that we did not make is refused before anything is read. To look at the page decides nothing: who came
    back by cancelling can still go back and pay.
    """
    refuse_local_settings_when_deployed()
    log.start("checkoutPage", request)
    visit = Visit(envelope.language(request))
    try:
        if request.method not in METHODS:
            return _refused(visit, Refusal(CallReason.INVALID_ARGUMENT), 405)
        visit = _asked(request, visit)
        visit = replace(visit, token=_verified(request.args.get("purchase_token")))
        purchase = page_state(str(visit.token))
        log.info("page", purchase=purchase.id, state=str(purchase.state), ms=log.elapsed_ms())
        _streak.ended()
        return _page(visit, texts.message(purchase, cancelled=visit.cancelled), purchase)
    except Refusal as refusal:
        return _refused(visit, refusal)
    except PASSING as error:
        log.warning("firestore unavailable", problem=type(error).__name__)
        return _refused(visit, Refusal(CallReason.BUSY))
    except Exception:  # noqa: BLE001  # whatever happens, a person looks at it
        log.exception(Alert.UNEXPECTED_EXCEPTION)
        return _refused(visit, envelope.internal())


def _asked(request: Request, visit: Visit) -> Visit:
    """What a request asks for, but for its token.

    Raises:
        Refusal: ``INVALID_ARGUMENT``.
    """
    lang, cancelled = request.args.get("lang") or visit.language, request.args.get("cancelled", "")
    twice = [name for name in ("purchase_token", "lang", "cancelled") if len(request.args.getlist(name)) > 1]
    if twice or lang not in LANGUAGES or cancelled not in ("", "1"):
        raise Refusal(CallReason.INVALID_ARGUMENT)
    return Visit(lang, cancelled == "1")


def _verified(token: str | None) -> str:
    """A token that is ours, before anything is read.

    Raises:
        Refusal: ``TOKEN_INVALID``; ``NOT_CONFIGURED`` where a secret is missing.
    """
    if token is None:
        raise Refusal(CheckoutReason.TOKEN_INVALID)
    for secret in (STRIPE_SECRET_KEY, CHECKOUT_KEYS):
        required(secret)
    purchase_of(token)
    return token


def _refused(visit: Visit, refusal: Refusal, status: int | None = None) -> Response:
    """A page that says why there is nothing to see, and what to do about it."""
    call_log.refused(refusal)
    said = texts.refused(refusal.reason)
    if said.may_change:
        _streak.failed()
    answer = _page(visit, said)
    answer.status_code = status or (503 if said.may_change else HTTP_STATUS[refusal.reason.status])
    if answer.status_code == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if answer.status_code == 405:
        answer.headers["Allow"] = ", ".join(METHODS)
    return answer


def _page(visit: Visit, message: texts.Message, purchase: CheckoutPurchase | None = None) -> Response:
    language, other = visit.language, "ja" if visit.language == "en" else "en"
    button, otherwise, *_ = [*app_links(visit.token), None, None]
    text = html.page(
        language,
        message,
        html.Links(button, otherwise, again=visit.query(language), translation=visit.query(other)),
        texts.facts(purchase) if purchase is not None else (),
        texts.help_texts(purchase),
    )
    return Response(text, headers={**html.HEADERS, "Content-Language": language})
