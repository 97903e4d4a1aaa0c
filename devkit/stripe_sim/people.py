"""Who acts on a payment besides the server: the customer, the dashboard's user, the bank."""

from __future__ import annotations

import json

from devkit.stripe_sim import intents, session_payment
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.errors import ApiError, Json
from devkit.stripe_sim.events import AUTOMATIC, customer_request


class People:
    """Their actions on one account; each returns a copy of the object. `ApiError` is Stripe's refusal."""

    def __init__(self, account: Account) -> None:
        self._account = account

    # The customer, in PaymentSheet.

    def confirm(self, payment_intent: str, payment_method: str = "pm_card_visa") -> Json:
        """Confirms as PaymentSheet does; a declined card leaves `requires_payment_method`, nothing raises."""
        params = {"payment_method": payment_method, "use_stripe_sdk": True}
        with self._account.lock:
            intent = self._intent(payment_intent)
            try:
                intents.confirm(self._account, intent, params, customer_request())
            except ApiError as error:
                if error.type != "card_error":
                    raise
            return copied(intent)

    def process(self, payment_intent: str, payment_method: str = "pm_card_visa") -> Json:
        """Confirms, and leaves it `processing`: the bank takes its time."""
        with self._account.lock:
            intent = self._intent(payment_intent)
            return copied(intents.process(self._account, intent, payment_method, customer_request()))

    def finish(self, payment_intent: str, outcome: str) -> Json:
        """Ends the processing with `succeed` or `fail`."""
        if outcome not in ("succeed", "fail"):
            raise ValueError("outcome must be succeed or fail")
        with self._account.lock:
            return copied(intents.finish(self._account, self._intent(payment_intent), outcome == "succeed"))

    def authenticate(self, payment_intent: str, outcome: str) -> Json:
        """Ends the 3-D Secure challenge with `pass` or `fail`."""
        if outcome not in ("pass", "fail"):
            raise ValueError("outcome must be pass or fail")
        with self._account.lock:
            intent, origin = self._intent(payment_intent), customer_request()
            intents.authenticate(self._account, intent, outcome == "pass", origin)
            session_payment.follow(self._account, intent, origin)
            return copied(intent)

    # The dashboard and the bank: changes that no API request asked for.

    def dashboard_capture(self, payment_intent: str, amount: int | None = None) -> Json:
        """Captures the hold, or `amount` of it."""
        params = {} if amount is None else {"amount_to_capture": whole(amount)}
        with self._account.lock:
            return copied(intents.capture(self._account, self._intent(payment_intent), params, AUTOMATIC))

    def dashboard_cancel(self, payment_intent: str, reason: str | None = None) -> Json:
        """Cancels the PaymentIntent."""
        params = {"cancellation_reason": reason}
        with self._account.lock:
            return copied(intents.cancel(self._account, self._intent(payment_intent), params, AUTOMATIC))

    def set_capture_before(self, payment_intent: str, capture_before: int) -> Json:
        """Sets when the hold lapses, before or after its confirmation; at once when that is in the past."""
        if not isinstance(capture_before, int):
            raise ValueError("capture_before must be whole epoch seconds")
        with self._account.lock:
            intent = intents.set_capture_before(self._account, self._intent(payment_intent), capture_before)
            self._account.catch_up()
            return copied(intent)

    def _intent(self, intent_id: str) -> Json:
        self._account.catch_up()
        return self._account.intents.require(intent_id, "intent", in_path=True)


def copied(obj: Json) -> Json:
    """A deep copy of an object."""
    copy: Json = json.loads(json.dumps(obj))
    return copy


def whole(amount: int) -> int:
    """The amount, if it is one."""
    if not isinstance(amount, int) or amount < 1:
        raise ValueError("an amount must be a whole number of at least 1")
    return amount
