"""payLocally, a callable of the local stack alone: it pays in the place of Stripe's PaymentSheet.

PaymentSheet talks to the real Stripe and to no other, so an app that is connected to `make serve` has none. It gives
the client secret here instead, and what PaymentSheet would do is done at the simulator with the publishable key.
"""

import os
from typing import Annotated, Any

import httpx
from pydantic import Field

from common.callable import Caller, callable_function
from common.errors import Refusal
from common.messages import RequestModel, ResponseModel
from payments.reasons import PaymentReason

PUBLISHABLE_KEY = "pk_test_kippu_local"
_DECLINED = 402


class PayLocallyRequest(RequestModel):
    """The payment, and the test card to pay it with."""

    client_secret: Annotated[str, Field(pattern=r"^pi_[A-Za-z0-9]+_secret_[A-Za-z0-9]+$")]
    payment_method: Annotated[str, Field(pattern=r"^pm_card_[A-Za-z0-9]+$")] = "pm_card_visa"


class PayLocallyResponse(ResponseModel):
    """What became of the payment."""

    status: str


@callable_function(
    who="anybody signed in who has the client secret",
    reasons=(PaymentReason.PAYMENT_NOT_FOUND, PaymentReason.PAYMENT_REJECTED),
)
def payLocally(_: Caller, request: PayLocallyRequest) -> PayLocallyResponse:  # noqa: N802
    """Confirms a payment at the simulator. A card that wants 3-D Secure has it passed."""
    payment = f"payment_intents/{request.client_secret.partition('_secret_')[0]}"
    form = {
        "client_secret": request.client_secret,
        "payment_method": request.payment_method,
        "use_stripe_sdk": "true",
    }
    answer = _post(f"v1/{payment}/confirm", data=form, headers={"Authorization": f"Bearer {PUBLISHABLE_KEY}"})
    if answer["status"] == "requires_action":
        answer = _post(f"_sim/{payment}/authenticate", json={"outcome": "pass"})
    return PayLocallyResponse(status=answer["status"])


def _post(path: str, **request: Any) -> Any:
    answer = httpx.post(f"{os.environ['STRIPE_API_BASE']}/{path}", trust_env=False, timeout=20, **request)
    if answer.status_code == _DECLINED:
        raise Refusal(PaymentReason.PAYMENT_REJECTED)
    if not answer.is_success:
        raise Refusal(PaymentReason.PAYMENT_NOT_FOUND)
    return answer.json()
