"""What Stripe says of a key and of the webhook endpoints, through the SDK that the functions use."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import stripe

from devkit.doctor.project import Unavailable

_NOBODYS = "pi_kippu_doctor"
_NO_SESSION = "cs_test_kippu_doctor"


class StripeAccount:
    """The account of `key` behind `base` (a base URL; empty for Stripe itself)."""

    def __init__(self, key: str, base: str = "") -> None:
        http, addresses = stripe.RequestsClient(timeout=10.0), {"api": base} if base else {}
        client = stripe.StripeClient(key, http_client=http, max_network_retries=2, base_addresses=addresses)  # type: ignore[arg-type]
        self._stripe = client.v1

    def key_problem(self, *, checkout: bool) -> str | None:
        """Why the key may not do what the functions do, or None when it may.

        `checkout`: those of Stripe's page, too.

        Raises Unavailable when Stripe's answers do not tell.
        """
        rights = chain(self._rights(), self._rights_of_checkout() if checkout else ())
        try:
            lacking = [right for right, allowed in rights if not allowed]
        except stripe.AuthenticationError:
            return "Stripe does not know it: revoked, mistyped, or of another account"
        return f"it may not {', '.join(lacking)}" if lacking else None

    def _rights(self) -> Iterator[tuple[str, bool]]:
        """What the functions ask of Stripe, asked with the limit of one, or about objects that do not exist.

        A right comes before the object, so nothing is found and nothing changes. A list shows no lack of the right to
        what it would expand while it is empty, so that is asked for by itself too.
        """
        stripe_ = self._stripe
        yield "list PaymentIntents", _may(lambda: stripe_.payment_intents.list({"limit": 1}))
        yield (
            "list PaymentIntents with their charges",
            _may(lambda: stripe_.payment_intents.list({"limit": 1, "expand": ["data.latest_charge"]})),
        )
        yield (
            "read PaymentIntents",
            _may_of_nobodys(lambda: stripe_.payment_intents.retrieve(_NOBODYS, {"expand": ["latest_charge"]})),
        )
        yield "write PaymentIntents", _may_of_nobodys(lambda: stripe_.payment_intents.cancel(_NOBODYS))
        yield "read Charges", _may_of_nobodys(lambda: stripe_.charges.retrieve("ch_kippu_doctor"))
        yield "read Events", _may(lambda: stripe_.events.list({"limit": 1}))
        yield "read Refunds", _may(lambda: stripe_.refunds.list({"limit": 1}))
        yield "write Refunds", _may_of_nobodys(lambda: stripe_.refunds.create({"payment_intent": _NOBODYS}))
        yield "read Disputes", _may_of_nobodys(lambda: stripe_.disputes.list({"payment_intent": _NOBODYS}))

    def _rights_of_checkout(self) -> Iterator[tuple[str, bool]]:
        """What the functions ask beside that where licences and day passes are sold.

        To close a page is to write Checkout Sessions, as to make one is; a page that is made would be there.
        """
        sessions, whole = self._stripe.checkout.sessions, "payment_intent.latest_charge"
        yield "list Checkout Sessions", _may(lambda: sessions.list({"limit": 1, "expand": [f"data.{whole}"]}))
        yield (
            "read Checkout Sessions",
            _may_of_nobodys(lambda: sessions.retrieve(_NO_SESSION, {"expand": [whole]})),
        )
        yield "write Checkout Sessions", _may_of_nobodys(lambda: sessions.expire(_NO_SESSION))

    def endpoints(self) -> list[Any]:
        try:
            return list(self._stripe.webhook_endpoints.list({"limit": 100}).auto_paging_iter())
        except stripe.AuthenticationError as error:
            raise Unavailable("Stripe does not accept the key") from error
        except stripe.PermissionError as error:
            raise Unavailable("the key may not read Webhook Endpoints: allow it, or look yourself") from error
        except stripe.StripeError as error:
            raise _out_of_reach(error) from error


def _may(ask: Callable[[], object]) -> bool:
    """Whether the key may do it. Raises Unavailable for an answer that tells neither."""
    try:
        ask()
    except stripe.PermissionError:
        return False
    except stripe.AuthenticationError:
        raise
    except stripe.StripeError as error:
        raise _out_of_reach(error) from error
    return True


def _may_of_nobodys(ask: Callable[[], object]) -> bool:
    """The same about an object that does not exist: to be told so is to be allowed."""
    try:
        return _may(ask)
    except Unavailable as error:
        if isinstance(error.__cause__, stripe.InvalidRequestError):
            return True
        raise


def _out_of_reach(error: stripe.StripeError) -> Unavailable:
    return Unavailable(f"Stripe does not answer ({type(error).__name__})")
