"""What people do about licences and day passes, one line each: buy, pay on Stripe's page, confirm, cancel, look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from devkit.stripe_sim import StripeSimulator

from .calls import Calls, Json
from .clock import ClockInHand

OWNER, DEVICE = "owner", "device-1"
LICENSE, DAYPASS = "license", "daypass"
LICENSE_JPY = 3000


@dataclass(eq=False)
class Bought:
    """One purchase on its way: who buys what for which device, and what their app learns of it.

    Attributes:
        id: of the purchase.
        url: Stripe's page.
    """

    type: str = LICENSE
    device: str = DEVICE
    owner: str = OWNER
    id: str = ""
    url: str = ""

    @property
    def session(self) -> str:
        """The session, which stands in the page's address."""
        return self.url.rpartition("/")[2]


@dataclass(kw_only=True)
class Checkouts(Calls, ClockInHand):
    """Each verb is one call and gives its answer; each state brings a new purchase there and gives it."""

    simulator: StripeSimulator

    # One call each.

    def create_checkout(self, bought: Bought, **more: Any) -> Any:
        """createCheckoutSession, for a purchase that may have been opened before."""
        data = {"device_id": bought.device, "product_type": bought.type, **more}
        answer = self.call("createCheckoutSession", data, bought.owner)
        bought.id, bought.url = answer["purchase_id"], answer["checkout_url"] or bought.url
        return answer

    def confirm_checkout(self, bought: Bought, *, by_token: bool = True, **more: Any) -> Any:
        """confirmCheckout, by the token of the return address unless said otherwise."""
        by = {"purchase_token": self.token(bought)} if by_token else {"purchase_id": bought.id}
        return self.call("confirmCheckout", {"device_id": bought.device, **by, **more}, bought.owner)

    def cancel_checkout(self, bought: Bought) -> Any:
        """cancelCheckout."""
        return self.call("cancelCheckout", {"device_id": bought.device, "purchase_id": bought.id}, bought.owner)

    def get_device(self, device: str = DEVICE, uid: str = OWNER) -> Any:
        """getDevice."""
        return self.call("getDevice", {"device_id": device}, uid)

    def restore(self, code: str, device: str = DEVICE, uid: str = OWNER) -> Any:
        """restoreLicense, with a code as it is typed."""
        return self.call("restoreLicense", {"device_id": device, "license_code": code}, uid)

    # How far a new purchase has come.

    def opened(self, type_: str = LICENSE, device: str = DEVICE, owner: str = OWNER, **more: Any) -> Bought:
        """Its page is open, and nobody has paid."""
        bought = Bought(type_, device, owner)
        self.create_checkout(bought, **more)
        return bought

    def paid_page(self, type_: str = LICENSE, device: str = DEVICE, owner: str = OWNER, **more: Any) -> Bought:
        """Paid by card, and nobody has told the functions yet."""
        bought = self.opened(type_, device, owner, **more)
        self.pay_page(bought)
        return bought

    def fulfilled(self, type_: str = LICENSE, device: str = DEVICE, owner: str = OWNER, **more: Any) -> Bought:
        """Paid and confirmed: the device has it."""
        bought = self.paid_page(type_, device, owner, **more)
        self.confirm_checkout(bought)
        return bought

    # At Stripe.

    def pay_page(self, bought: Bought, card: str = "pm_card_visa") -> Json:
        """Its buyer pays on the page, by a test card or ``konbini``; the session."""
        return self.simulator.pay_session(bought.session, card)

    def session_at_stripe(self, bought: Bought) -> Json:
        """The session as Stripe has it."""
        return self.simulator.checkout_session(bought.session)

    def token(self, bought: Bought) -> str:
        """The token that stands in the return address."""
        address = urlsplit(str(self.session_at_stripe(bought)["success_url"]))
        return parse_qs(address.query)["purchase_token"][0]

    def payment_of(self, bought: Bought) -> str:
        """The PaymentIntent that the page made."""
        return str(self.session_at_stripe(bought)["payment_intent"]["id"])

    def checkout_events(self, bought: Bought, *types: str) -> list[Json]:
        """Stripe's events about a session and its payment, oldest first, of the types that are followed or named."""
        from checkout.domain import DOMAIN

        session = self.session_at_stripe(bought)
        names = {bought.session, (session["payment_intent"] or {}).get("id", bought.session)}
        return [
            event
            for event in self.simulator.events()
            if event["type"] in (types or DOMAIN.event_types)
            and names & {event["data"]["object"]["id"], event["data"]["object"].get("payment_intent")}
        ]
