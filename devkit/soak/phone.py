"""Somebody buys a licence or a day pass for a phone, on Stripe's page, as the soak's seed and their number choose."""

from typing import Any

from devkit.soak.errand import Errand, Over
from devkit.soak.shared import Soak
from devkit.stripe_sim import ApiError
from devkit.stripe_sim.errors import Json

_REGULARS = 6
_CARDS = ("pm_card_visa", "pm_card_visa", "pm_card_mastercard", "pm_card_chargeDeclined", "pm_card_pendingRefund")
_3DS_CARD = "pm_card_threeDSecure2Required"


class PhonePurchase(Errand):
    """A page that is left, closed or paid; then the app confirms it, is killed, moves the licence, or is refunded."""

    kind = "phones' purchases"

    def __init__(self, soak: Soak, number: int) -> None:
        super().__init__(soak, number)
        # Regulars have their licence, or a pass, or a page that is still open; two of them may be one phone at once.
        self._phone = f"regular-{self._rng.randrange(_REGULARS)}" if self._chance(0.4) else str(number)
        self._product = self._rng.choice(("license", "daypass", "daypass"))

    def _go(self) -> None:
        order = self._call("createCheckoutSession", product_type=self._product)
        if self._chance(0.15):
            order = self._call("createCheckoutSession", product_type=self._product)
        purchase = {"purchase_id": order["purchase_id"]}
        self._perhaps(0.08, "left the page")
        if order["checkout_url"]:
            self._pay(order["checkout_url"].rpartition("/")[2])
        if self._chance(0.1):
            self._call("cancelCheckout", **purchase)
        self._perhaps(0.25, "the app was killed on the page")
        bought = self._call("confirmCheckout", **purchase)
        if bought["status"] != "fulfilled":
            raise Over(f"it became {bought['status']}")
        self._call("getDevice")
        if bought["license_code"] and self._chance(0.3):
            self._call("restoreLicense", device=f"soak-new-{self._phone}", license_code=bought["license_code"])
        if self._chance(0.15):
            self._soak.call("refundPurchase", purchase, "admin")
            raise Over("refunded")

    def _pay(self, session: str) -> None:
        stripe, way = self._soak.stack.simulator, self._rng.random()
        try:
            if way < 0.15:
                stripe.pay_session(session, _3DS_CARD)
                if way < 0.13 and _challenged(stripe.checkout_session(session)):
                    stripe.authenticate_session(session, "pass" if way < 0.1 else "fail")
            else:
                stripe.pay_session(session, self._rng.choice(_CARDS))
        except ApiError as error:
            raise Over("the page was closed meanwhile") from error

    def _call(self, name: str, device: str = "", **data: Any) -> Any:
        return self._soak.call(
            name, {"device_id": device or f"soak-{self._phone}", **data}, f"soak-owner-{self._phone}"
        )


def _challenged(session: Json) -> bool:
    return bool(session["payment_intent"]) and session["payment_intent"]["status"] == "requires_action"
