"""The people of a Checkout Session: its customer on the hosted page or in a store, and the dashboard's user."""

from __future__ import annotations

from devkit.stripe_sim import session_payment, sessions
from devkit.stripe_sim.afterwards import Afterwards
from devkit.stripe_sim.errors import ApiError, Json
from devkit.stripe_sim.events import AUTOMATIC, customer_request
from devkit.stripe_sim.people import copied

OUTCOMES = {"paid": True, "lapsed": False}


class Checkout(Afterwards):
    """Their actions on one account; each returns a copy of the session. `ApiError` is Stripe's refusal."""

    def pay_session(self, session: str, payment_method: str = "pm_card_visa", email: str | None = None) -> Json:
        """Pays with a test card or by `konbini`; a declined card leaves the session open, nothing raises."""
        with self._account.lock:
            known = self._session(session)
            try:
                session_payment.pay(self._account, known, payment_method, customer_request(), email)
            except ApiError as error:
                if error.status != 402:
                    raise
            return copied(known)

    def authenticate_session(self, session: str, outcome: str) -> Json:
        """Ends the 3-D Secure challenge of the card that pays with `pass` or `fail`; a failed one leaves it open."""
        with self._account.lock:
            known = self._session(session)
            try:
                session_payment.authenticate(self._account, known, outcome, customer_request())
            except ApiError as error:
                if error.status != 402:
                    raise
            return copied(known)

    def cancel_session(self, session: str) -> str:
        """The customer goes back to the shop: the address that they are sent to. The session stays as it is."""
        with self._account.lock:
            return session_payment.cancel_address(self._session(session))

    def end_konbini(self, session: str, outcome: str) -> Json:
        """Ends a payment in a store: `paid`, or `lapsed` as it does by itself some days later."""
        if outcome not in OUTCOMES:
            raise ValueError(f"outcome must be one of {', '.join(OUTCOMES)}")
        with self._account.lock:
            known = self._session(session)
            session_payment.end_konbini(self._account, known, OUTCOMES[outcome], AUTOMATIC)
            return copied(known)

    def expire_session(self, session: str) -> Json:
        """Expires an open session in the dashboard."""
        with self._account.lock:
            return copied(sessions.expire(self._account, self._session(session), AUTOMATIC))

    def forget_session(self, session: str) -> None:
        """Makes a session unknown, but not its payment: deleted test data, another account."""
        with self._account.lock:
            self._account.sessions.remove(self._session(session)["id"])

    def checkout_session(self, session: str) -> Json:
        """One session, with its PaymentIntent and line items expanded."""
        with self._account.lock:
            known = self._session(session)
            intent = sessions.intent_of(self._account, known)
            items = sessions.line_items(self._account, known, {"limit": 100})
            return copied({**known, "payment_intent": intent, "line_items": items})

    def checkout_sessions(self) -> list[Json]:
        """Every session, oldest first."""
        with self._account.lock:
            self._account.catch_up()
            return [copied(session) for session in self._account.sessions]

    def _session(self, session_id: str) -> Json:
        self._account.catch_up()
        return sessions.require(self._account, session_id)
