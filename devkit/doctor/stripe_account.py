"""What Stripe says of a key and of the webhook endpoints, through the SDK that the functions use."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stripe

from devkit.doctor.project import Unavailable

_TIMEOUT_SECONDS = 10.0
_RETRIES = 2
_NOBODYS = "pi_kippu_doctor"


class StripeAccount:
    """The account of `key` behind `base` (a base URL; empty for Stripe itself)."""

    def __init__(self, key: str, base: str = "") -> None:
        self._stripe = stripe.StripeClient(
            key,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
            max_network_retries=_RETRIES,
            base_addresses={"api": base} if base else {},
        ).v1

    def key_problem(self) -> str | None:
        """Why the key may not do what the functions do, or None when it may."""
        lists: dict[str, Any] = {"PaymentIntents": self._stripe.payment_intents, "Events": self._stripe.events}
        for what, resource in lists.items():
            try:
                with _answering():
                    resource.list({"limit": 1})
            except stripe.AuthenticationError:
                return "Stripe does not know it: revoked, mistyped, or of another account"
            except stripe.PermissionError:
                return f"it may not read {what}"
        try:
            # Rights come before the object, and there is none to cancel: nothing changes.
            self._stripe.payment_intents.cancel(_NOBODYS)
        except stripe.PermissionError:
            return "it may not write PaymentIntents"
        except stripe.StripeError:
            pass
        return None

    def endpoints(self) -> list[Any]:
        """Every webhook endpoint, page by page."""
        try:
            with _answering():
                return list(self._stripe.webhook_endpoints.list({"limit": 100}).auto_paging_iter())
        except stripe.AuthenticationError as error:
            raise Unavailable("Stripe does not accept the key") from error
        except stripe.PermissionError as error:
            raise Unavailable("the key may not read Webhook Endpoints: allow it, or look yourself") from error


@contextmanager
def _answering() -> Iterator[None]:
    """What says nothing about the key is `Unavailable`."""
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError):
        raise
    except stripe.StripeError as error:
        raise Unavailable(f"Stripe does not answer ({type(error).__name__})") from error
