"""A purchase as it is now, for whoever waits for it: what Stripe says of an unfinished one is settled first."""

from __future__ import annotations

from checkout.decisions import bring_up_to_date
from checkout.loaded import LoadedPurchase
from checkout.settle import ASKED, Told
from common.errors import Refusal
from payments.failures import Rejected, Unavailable
from payments.reasons import PaymentReason


def make_current(loaded: LoadedPurchase, told: Told = ASKED) -> None:
    """Bring an unfinished purchase up to date. One that is finished costs nothing.

    Raises:
        Refusal: ``PAYMENT_UNAVAILABLE``.
    """
    if not loaded.purchase.state.unfinished:
        return
    try:
        bring_up_to_date(loaded, told)
    except (Unavailable, Rejected) as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error
