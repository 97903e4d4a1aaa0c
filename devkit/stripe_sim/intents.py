"""PaymentIntents: create, confirm, authenticate, capture, cancel, and the lapse of a hold.

Statuses: docs.stripe.com/payments/paymentintents/lifecycle. Every function expects the account's lock to be
held.
"""

from __future__ import annotations

from devkit.stripe_sim import charge_objects, disputes, objects
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.cards import AUTHENTICATION_FAILURE, AUTHENTICATION_REQUIRED, DECLINED, Card, Decline, find_card
from devkit.stripe_sim.errors import ApiError, Json, invalid_parameter, no_such, unexpected_state
from devkit.stripe_sim.events import AUTOMATIC, Origin
from devkit.stripe_sim.ids import new_id
from devkit.stripe_sim.refunds import release

MINIMUM_AMOUNTS = {"jpy": 50, "usd": 50, "eur": 50, "gbp": 30}
"""Smallest charge per currency, in its smallest unit (docs.stripe.com/currencies)."""
MAXIMUM_AMOUNT = 99_999_999

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CAPTURABLE = ("requires_capture",)
COPIED_BY_CONFIRM = (
    "allowed_payment_method_types",
    "capture_method",
    "excluded_payment_method_types",
    "receipt_email",
    "setup_future_usage",
    "shipping",
)
ONLY_WITH_CONFIRM = {"error_on_requires_action", "mandate_data", "off_session", "return_url"}
CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")


def create(account: Account, params: Json, origin: Origin) -> Json:
    """Creates a PaymentIntent, and confirms it at once with `confirm=true`."""
    check(account, params)
    params = with_method(params)
    if "payment_method" in params:
        _card(account, params["payment_method"], None)
    for name in ONLY_WITH_CONFIRM & params.keys():
        if not params.get("confirm"):
            raise invalid_parameter(name, f"{name} can only be used with confirm=true.")
    intent = objects.payment_intent(params, account.now())
    account.intents.add(intent)
    account.events.record("payment_intent.created", intent, origin)
    if "payment_method" in params:
        choose(account, intent, params["payment_method"])
    if params.get("confirm"):
        confirm(account, intent, {**params, "payment_method": intent["payment_method"]}, origin)
    return intent


def check(account: Account, params: Json) -> None:
    """Refuses what no PaymentIntent can have."""
    check_amount(params["amount"], params["currency"])
    if params.get("allowed_payment_method_types") and "automatic_payment_methods" in params:
        raise invalid_parameter(
            "allowed_payment_method_types",
            "allowed_payment_method_types and automatic_payment_methods exclude each other.",
        )
    allowed, excluded = params.get("allowed_payment_method_types"), params.get("excluded_payment_method_types")
    if (allowed and "card" not in allowed) or (excluded and "card" in excluded):
        param = "excluded_payment_method_types" if excluded else "allowed_payment_method_types"
        raise invalid_parameter(param, "No payment method is left: this account takes cards only.")
    if "customer" in params:
        account.customers.require(params["customer"], "customer")


def with_method(params: Json) -> Json:
    """The parameters with the payment method that `payment_method_data` describes."""
    if "payment_method_data" not in params:
        return params
    if params.get("payment_method"):
        raise invalid_parameter("payment_method_data", "payment_method and payment_method_data exclude each other.")
    rest = {name: value for name, value in params.items() if name != "payment_method_data"}
    return {**rest, "payment_method": params["payment_method_data"]}


def choose(account: Account, intent: Json, payment_method: str | None) -> None:
    """Puts a card on a PaymentIntent that is not confirmed yet, or none."""
    if payment_method is None:
        intent.update(status="requires_payment_method", payment_method=None, next_action=None)
        return
    _attach(account, intent, payment_method)
    intent.update(status="requires_confirmation", next_action=None)


def confirm(account: Account, intent: Json, params: Json, origin: Origin) -> Json:
    """Tries to charge or hold; a declined card raises `ApiError` 402 with the PaymentIntent embedded."""
    _refuse_in_session(account, intent, "confirmed")
    return attempt(account, intent, params, origin)


def attempt(account: Account, intent: Json, params: Json, origin: Origin) -> Json:
    """Does what `confirm` says, whether the PaymentIntent is of a Checkout Session or not."""
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(intent, "confirmed", CONFIRMABLE)
    check(account, {"amount": intent["amount"], "currency": intent["currency"], **params})
    if params.get("amount_to_confirm", intent["amount"]) != intent["amount"]:
        raise invalid_parameter("amount_to_confirm", f"This PaymentIntent is about {intent['amount']}.")
    params = with_method(params)
    payment_method = params.get("payment_method") or intent["payment_method"]
    if payment_method is None:
        raise unexpected_state(intent, "confirmed without a payment method", CONFIRMABLE)
    _check_return_url(intent, params)
    card = _attach(account, intent, payment_method)
    for field in COPIED_BY_CONFIRM:
        intent[field] = params.get(field, intent[field])
    intent.update(last_payment_error=None, next_action=None)
    if not card.needs_3ds:
        return _charge(account, intent, card, origin, authenticated=False)
    if params.get("off_session", "false") != "false" or params.get("error_on_requires_action"):
        raise refuse(account, intent, AUTHENTICATION_REQUIRED, origin)
    intent.update(status="requires_action", next_action=_challenge(intent, params))
    account.events.record("payment_intent.requires_action", intent, origin)
    return intent


def process(account: Account, intent: Json, payment_method: str, origin: Origin) -> Json:
    """Confirms with a payment method whose bank does not answer at once."""
    _refuse_in_session(account, intent, "confirmed")
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(intent, "confirmed", CONFIRMABLE)
    _attach(account, intent, payment_method)
    intent.update(status="processing", last_payment_error=None, next_action=None)
    account.events.record("payment_intent.processing", intent, origin)
    return intent


def finish(account: Account, intent: Json, succeeded: bool) -> Json:
    """The bank of a payment that is processing answers."""
    if intent["status"] != "processing":
        raise unexpected_state(intent, "finished", ("processing",))
    if succeeded:
        return _charge(account, intent, account.cards[intent["payment_method"]], AUTOMATIC, authenticated=False)
    refuse(account, intent, DECLINED, AUTOMATIC)
    return intent


def authenticate(account: Account, intent: Json, passed: bool, origin: Origin) -> Json:
    """Ends a 3-D Secure challenge as the customer does, in the issuer's page."""
    if intent["status"] != "requires_action" or intent["payment_method"] not in account.cards:
        raise unexpected_state(intent, "authenticated", ("requires_action",))
    intent["next_action"] = None
    if passed:
        return _charge(account, intent, account.cards[intent["payment_method"]], origin, authenticated=True)
    refuse(account, intent, AUTHENTICATION_FAILURE, origin)
    return intent


def capture(account: Account, intent: Json, params: Json, origin: Origin) -> Json:
    """Takes the held money, or `amount_to_capture` of it; the rest is given back at once."""
    if intent["status"] not in CAPTURABLE:
        raise unexpected_state(intent, "captured", CAPTURABLE)
    amount: int = params.get("amount_to_capture") or intent["amount_capturable"]
    if amount > intent["amount_capturable"]:
        message = f"At most {intent['amount_capturable']} can be captured."
        raise invalid_parameter("amount_to_capture", message, "amount_too_large")
    charge = account.charges.require(intent["latest_charge"], "latest_charge")
    charge.update(charge_objects.captured(amount))
    intent["metadata"] = objects.with_metadata(intent["metadata"], params.get("metadata", {}))
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    refund = release(account, charge, charge["amount"] - amount)
    account.events.record("charge.captured", charge, origin)
    _tell_release(account, charge, refund, origin)
    account.events.record("payment_intent.succeeded", intent, origin)
    _dispute_if_the_card_does(account, charge)
    return intent


def cancel(account: Account, intent: Json, params: Json, origin: Origin) -> Json:
    """Cancels in the documented statuses; a hold is given back."""
    _refuse_in_session(account, intent, "canceled")
    if intent["status"] not in CANCELABLE:
        raise unexpected_state(intent, "canceled", CANCELABLE)
    charge = account.charge_of(intent)
    held = intent["amount_capturable"]
    _close(intent, params.get("cancellation_reason"), account.now())
    if charge is not None and held:
        _tell_release(account, charge, release(account, charge, held), origin)
    account.events.record("payment_intent.canceled", intent, origin)
    return intent


def cancel_unpaid(account: Account, intent: Json, origin: Origin, at: int | None) -> None:
    """Cancels the unpaid PaymentIntent of a Checkout Session that expires. Whether Stripe does so is not confirmed."""
    if intent["status"] in CANCELABLE:
        _close(intent, "expired", account.now() if at is None else at)
        account.events.record("payment_intent.canceled", intent, origin, at=at)


def _let_lapse(account: Account, intent: Json, charge: Json, at: int) -> None:
    """At `capture_before` the bank lets go of a hold that still stands, unless that was moved since."""
    known = account.intents.get(intent["id"]) is not None and intent["status"] == "requires_capture"
    if not known or charge["payment_method_details"]["card"]["capture_before"] != at:
        return
    refund = release(account, charge, intent["amount_capturable"], "expired_uncaptured_charge", at)
    _close(intent, "automatic", at)
    account.events.record("refund.created", refund or {}, AUTOMATIC, at=at)
    account.events.record("charge.expired", charge, AUTOMATIC, at=at)
    account.events.record("payment_intent.canceled", intent, AUTOMATIC, at=at)


def set_capture_before(account: Account, intent: Json, capture_before: int) -> Json:
    """Moves a hold's deadline, or sets it in advance for the next confirmation."""
    account.capture_before[intent["id"]] = capture_before
    charge = account.charge_of(intent)
    if charge is not None and intent["status"] == "requires_capture":
        charge["payment_method_details"]["card"]["capture_before"] = capture_before
        account.later(capture_before, lambda: _let_lapse(account, intent, charge, capture_before))
    return intent


def _charge(account: Account, intent: Json, card: Card, origin: Origin, *, authenticated: bool) -> Json:
    held = intent["capture_method"] == "manual" and card.decline is None
    deadline = None
    if held:
        default = account.now() + card.hold_seconds(intent["currency"])
        deadline = account.capture_before.get(intent["id"], default)
    method = account.payment_methods.require(intent["payment_method"], "payment_method")
    details = charge_objects.card_details(card, intent["amount"], deadline, authenticated)
    charge = charge_objects.charge(intent, method, account.now(), details, card.decline, held=held)
    account.charges.add(charge)
    intent["latest_charge"] = charge["id"]
    if card.decline is not None:
        account.events.record("charge.failed", charge, origin)
        refusal = refuse(account, intent, card.decline, origin, charge["id"])
        if authenticated:
            return intent
        raise refusal
    account.events.record("charge.succeeded", charge, origin)
    if deadline is not None:
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        account.later(deadline, lambda: _let_lapse(account, intent, charge, deadline))
        account.events.record("payment_intent.amount_capturable_updated", intent, origin)
    else:
        intent.update(status="succeeded", amount_received=intent["amount"])
        account.events.record("payment_intent.succeeded", intent, origin)
        _dispute_if_the_card_does(account, charge)
    return intent


def _tell_release(account: Account, charge: Json, refund: Json | None, origin: Origin) -> None:
    if refund is not None:
        account.events.record("refund.created", refund, origin)
        account.events.record("charge.refunded", charge, origin)


def _dispute_if_the_card_does(account: Account, charge: Json) -> None:
    complaint = account.cards[charge["payment_method"]].dispute
    if complaint is not None:
        disputes.open_dispute(account, charge, *complaint)


def refuse(
    account: Account, intent: Json, decline: Decline, origin: Origin, charge: str | None = None, at: int | None = None
) -> ApiError:
    """Returns the PaymentIntent to `requires_payment_method`, and the error for whoever asked."""
    method = account.payment_methods.get(intent["payment_method"])
    extra: Json = {"charge": charge, "decline_code": decline.decline_code, "payment_method": method}
    refusal = ApiError(402, decline.message, kind=decline.kind, code=decline.code, extra=extra)
    intent.update(status="requires_payment_method", payment_method=None, last_payment_error=refusal.error())
    account.events.record("payment_intent.payment_failed", intent, origin, at=at)
    refusal.extra["payment_intent"] = intent
    return refusal


def _attach(account: Account, intent: Json, payment_method: str) -> Card:
    """Puts a card on the PaymentIntent; a test id becomes a fresh PaymentMethod."""
    card = _card(account, payment_method, intent)
    if account.payment_methods.get(payment_method) is None:
        method = charge_objects.payment_method(card, account.now())
        account.payment_methods.add(method)
        account.cards[method["id"]] = card
        payment_method = method["id"]
    intent["payment_method"] = payment_method
    return card


def _card(account: Account, payment_method: str, intent: Json | None) -> Card:
    card = find_card(payment_method)
    if card is not None:
        return card
    if payment_method not in account.cards:
        raise no_such("PaymentMethod", payment_method, "payment_method")
    if intent is None or intent["payment_method"] != payment_method:
        message = "This PaymentMethod was used before without being saved to a Customer and cannot be used again."
        raise invalid_parameter("payment_method", message)
    return account.cards[payment_method]


def _challenge(intent: Json, params: Json) -> Json:
    if "return_url" in params and not params.get("use_stripe_sdk"):
        url = f"https://hooks.stripe.com/3d_secure_2/hosted?payment_intent={intent['id']}"
        return {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": params["return_url"], "url": url},
        }
    sdk = {"source": new_id("src"), "type": "three_d_secure_redirect"}
    return {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}


def _check_return_url(intent: Json, params: Json) -> None:
    """A server that allows redirecting methods must say where the customer returns to."""
    automatic = intent["automatic_payment_methods"]
    redirects = automatic is not None and automatic["allow_redirects"] == "always"
    if redirects and not {"return_url", "client_secret"} & params.keys() and not params.get("use_stripe_sdk"):
        message = "This PaymentIntent allows payment methods that redirect; give a return_url or forbid redirects."
        raise ApiError(400, message)


def _refuse_in_session(account: Account, intent: Json, verb: str) -> None:
    if intent["id"] in account.session_of and intent["status"] != "requires_capture":
        message = f"This PaymentIntent belongs to a Checkout Session and cannot be {verb} by itself."
        raise ApiError(400, message, extra={"payment_intent": intent})


def check_amount(amount: int, currency: str, param: str = "amount") -> None:
    """Refuses an amount that cannot be charged."""
    minimum = MINIMUM_AMOUNTS.get(currency)
    if minimum is None:
        raise invalid_parameter("currency", f"Invalid currency: {currency}")
    if amount < minimum:
        raise invalid_parameter(param, f"Amount must be at least {minimum} {currency}.", "amount_too_small")
    if amount > MAXIMUM_AMOUNT:
        raise invalid_parameter(param, f"Amount must be at most {MAXIMUM_AMOUNT}.", "amount_too_large")


def _close(intent: Json, reason: str | None, at: int) -> None:
    intent.update(status="canceled", canceled_at=at, cancellation_reason=reason, amount_capturable=0, next_action=None)
