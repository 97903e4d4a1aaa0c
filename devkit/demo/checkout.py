"""The stories of licences and day passes: what a device is given for what is paid on Stripe's page, and when not."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx

from common.clock import TOKYO
from devkit.demo.person import Person
from devkit.demo.run import Answer, Demo, expect
from devkit.errors import DevkitError

LICENSE, DAYPASS = "license", "daypass"


class Phone(Person):
    """Somebody with the app on one phone, which is the device that they buy for."""

    def __init__(self, demo: Demo, uid: str, device_id: str) -> None:
        super().__init__(demo, uid)
        self._device = device_id

    def orders(self, product: str, amount: int) -> Answer:
        """Open a purchase at the price that the screen shows; returns it with the address of Stripe's page."""
        data = {"product_type": product, "amount": amount}
        return self.calls("createCheckoutSession", "open", device_id=self._device, **data)

    def pays(self, order: Answer, card: str = "pm_card_visa") -> str:
        """Pay on Stripe's page in the phone's browser; returns the token of the address that it leads back to."""
        page = httpx.post(order["checkout_url"], data={"payment_method": card}, trust_env=False)
        if page.status_code != httpx.codes.SEE_OTHER:
            raise DevkitError(f"Stripe's page answered {page.status_code}: {page.text}")
        self._demo.tell(self.uid, "Stripe's page", f"paid, {order['amount']:,} JPY\n{card}")
        return parse_qs(urlsplit(page.headers["Location"]).query)["purchase_token"][0]

    def confirms(self, token: str, leads_to: str) -> Answer:
        """The app is opened by the return address, and asks what became of the purchase."""
        return self.calls("confirmCheckout", leads_to, device_id=self._device, purchase_token=token)

    def buys(self, product: str, amount: int) -> Answer:
        return self.confirms(self.pays(self.orders(product, amount)), "fulfilled")

    def starts(self, **wanted: object) -> Answer:
        """The app starts, and asks what its device has; `wanted` are fields that must be so."""
        device = self.calls("getDevice", device_id=self._device)
        expect(f"device {self._device}", {name: device[name] for name in wanted}, wanted)
        return device

    def restores(self, code: str) -> Answer:
        return self.calls("restoreLicense", device_id=self._device, license_code=code)

    def is_refused(self, function: str, reason: str, **data: object) -> None:
        super().is_refused(function, reason, device_id=self._device, **data)

    def _shown(self, function: str, answer: Answer) -> str:
        return "\n".join(_told(answer)) if "license_purchased" in answer else super()._shown(function, answer)


def _told(device: Answer) -> list[str]:
    """A device's view: the purchase that it is about, and what the device has."""
    lines = [f"{device['status']}, {device['amount']:,} JPY"] if device["status"] else []
    if device["license_purchased"]:
        lines.append(f"licence {device['license_code']}")
    if device["pass_ends_at"]:
        lines.append(f"unlock {device['unlock_count']}, pass until {device['pass_ends_at']:.16}Z")
    return lines or ["no licence, no day pass"]


def killed_before_the_redirect(demo: Demo) -> None:
    """The app dies on Stripe's page: the webhook grants the licence, and the next start finds it."""
    phone = Phone(demo, "aoi", "aoi-1")
    with demo.story(
        "(i) A licence, and the app killed before it is told",
        "Aoi pays on Stripe's page, and her phone runs empty. Later she opens the app: it is licensed.",
    ):
        phone.starts(license_purchased=False)
        order = phone.orders(LICENSE, 3000)
        phone.pays(order)
        demo.webhooks_arrive(order["purchase_id"], leads_to="fulfilled", kind="purchase")
        demo.wait(minutes=10)
        phone.starts(license_purchased=True, open_purchases=[])
        phone.is_refused("createCheckoutSession", "LICENSE_OWNED", product_type=LICENSE)


def two_passes_in_a_day(demo: Demo) -> None:
    """A pass bought just before midnight lasts an hour; the next one's price goes by the device's count."""
    phone = Phone(demo, "sakura", "sakura-1")
    with demo.story(
        "(j) Two day passes within a day, at two prices",
        "Sakura buys one at 23:30, which lasts an hour, and another that night. The shop asks more for it.",
    ):
        tiers = [{"from": 0, "amount": 100}, {"from": 1, "amount": 200}]
        demo.stack.db.document("products/daypass").update({"tiers": tiers})
        demo.tell("shop", "products/daypass", "100 JPY, from the second one on 200 JPY")
        demo.wait(**_until(demo, hour=23, minute=30))
        first = phone.buys(DAYPASS, 100)
        phone.is_refused("createCheckoutSession", "PASS_ACTIVE", product_type=DAYPASS)
        demo.wait(minutes=61)
        phone.is_refused("createCheckoutSession", "AMOUNT_MISMATCH", product_type=DAYPASS, amount=100)
        second = phone.buys(DAYPASS, 200)
        expect("the counts", (first["unlock_count"], second["unlock_count"]), (1, 2))


def _until(demo: Demo, hour: int, minute: int) -> dict[str, int]:
    """From now until the next such time in Tokyo, and long enough for a changed price to be seen everywhere."""
    now = datetime.fromtimestamp(demo.stack.simulator.now(), TOKYO)
    wanted = now.replace(hour=hour, minute=minute)
    if wanted < now + timedelta(minutes=2):
        wanted += timedelta(days=1)
    hours, minutes = divmod(int((wanted - now).total_seconds()) // 60 + 1, 60)
    return {"hours": hours, "minutes": minutes}


def paid_twice(demo: Demo) -> None:
    """A page that was left open is paid too, when the device needs it no more: the money goes back by itself."""
    phone = Phone(demo, "daichi", "daichi-1")
    with demo.story(
        "(k) Paid twice, and refunded",
        "Daichi opens the page of a day pass, buys the licence instead, and then pays the pass as well.",
    ):
        day_pass = phone.orders(DAYPASS, 100)
        phone.buys(LICENSE, 3000)
        phone.confirms(phone.pays(day_pass), "refunded")
        phone.starts(license_purchased=True, unlock_count=0)


def a_new_phone(demo: Demo) -> None:
    """The licence's code moves it to another device, and is used up."""
    old, new, stranger = (
        Phone(demo, uid, device) for uid, device in (("mio", "mio-1"), ("mio-2", "mio-2"), ("stranger", "his"))
    )
    with demo.story(
        "(l) A licence moved to a new phone",
        "Mio types the code that she wrote down. The old phone has nothing left, and the code is used up.",
    ):
        code = old.buys(LICENSE, 3000)["license_code"]
        moved = new.restores(code)
        expect("the new phone's licence", moved["license_purchased"], True)
        old.starts(license_purchased=False, license_code=None)
        stranger.is_refused("restoreLicense", "CODE_INVALID", license_code=code)
        expect("the answer to a second tap", new.restores(code)["license_code"], moved["license_code"])


def refunded(demo: Demo) -> None:
    """Support refunds a licence: whoever has the money back has no licence."""
    phone, support = Phone(demo, "riku", "riku-1"), Person(demo, "admin", admin=True)
    with demo.story(
        "(m) A licence that is refunded",
        "Riku asks for his money back. Support finds his purchase, and the licence goes with the money.",
    ):
        phone.buys(LICENSE, 3000)
        (found,) = support.calls("findPurchases", device_id="riku-1")["purchases"]
        support.calls("refundPurchase", purchase_id=found["purchase_id"], reason="asked by mail")
        demo.webhooks_arrive(found["purchase_id"], leads_to="revoked", kind="purchase")
        phone.starts(license_purchased=False)


STORIES = (killed_before_the_redirect, two_passes_in_a_day, paid_twice, a_new_phone, refunded)
