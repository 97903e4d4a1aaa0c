"""What Stripe says of a key and of the webhook endpoints, through the SDK that the functions use."""

from collections.abc import Callable
from typing import Any

import stripe

from devkit.doctor.project import Unavailable

_NOBODYS = "pi_kippu_doctor"


class StripeAccount:
    """The account of `key` behind `base` (a base URL; empty for Stripe itself)."""

    def __init__(self, key: str, base: str = "") -> None:
        http, addresses = stripe.RequestsClient(timeout=10.0), {"api": base} if base else {}
        client = stripe.StripeClient(key, http_client=http, max_network_retries=2, base_addresses=addresses)  # type: ignore[arg-type]
        self._stripe = client.v1

    def key_problem(self) -> str | None:
        """Why the key may not do what the functions do, or None when it may."""
        rights: dict[str, Callable[[], Any]] = {
            "read PaymentIntents": lambda: self._stripe.payment_intents.list({"limit": 1}),
            "read Events": lambda: self._stripe.events.list({"limit": 1}),
            # Rights come before the object, and there is none to cancel: nothing changes.
            "write PaymentIntents": lambda: self._stripe.payment_intents.cancel(_NOBODYS),
        }
        for right, ask in rights.items():
            try:
                ask()
            except stripe.AuthenticationError:
                return "Stripe does not know it: revoked, mistyped, or of another account"
            except stripe.PermissionError:
                return f"it may not {right}"
            except stripe.InvalidRequestError:
                continue
            except stripe.StripeError as error:
                raise _out_of_reach(error) from error
        return None

    def endpoints(self) -> list[Any]:
        try:
            return list(self._stripe.webhook_endpoints.list({"limit": 100}).auto_paging_iter())
        except stripe.AuthenticationError as error:
            raise Unavailable("Stripe does not accept the key") from error
        except stripe.PermissionError as error:
            raise Unavailable("the key may not read Webhook Endpoints: allow it, or look yourself") from error
        except stripe.StripeError as error:
            raise _out_of_reach(error) from error


def _out_of_reach(error: stripe.StripeError) -> Unavailable:
    return Unavailable(f"Stripe does not answer ({type(error).__name__})")
