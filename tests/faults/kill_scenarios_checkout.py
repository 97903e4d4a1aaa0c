"""What the kill matrix runs of licences and day passes."""

from __future__ import annotations

from collections.abc import Callable

from common import cache
from tests.support.checkouts import DAYPASS, LICENSE, Bought
from tests.support.clock import HOUR, MINUTE
from tests.support.driver import Driver
from tests.support.return_pages import visit

from .kill_scenario import KillScenario

OPEN, CLOSED = "license:open", "license:closed"
LICENSED = "license:fulfilled licensed"
UNLOCKED = "daypass:fulfilled unlocked:1"
REVOKED = "license:revoked"
REFUNDED = f"daypass:refunded {LICENSED}"


def _device(uid: str) -> str:
    return f"device-of-{uid}"


def _at(state: Callable[..., Bought], type_: str = LICENSE) -> Callable[[Driver, str], Bought]:
    """A purchase of a device of the cell's own."""
    return lambda driver, uid: state(driver, type_, _device(uid), uid)


def _nothing(_: Driver, uid: str) -> Bought:
    return Bought(LICENSE, _device(uid), uid)


def _of_another_price(driver: Driver, uid: str) -> Bought:
    bought = driver.opened(LICENSE, _device(uid), uid)
    driver.db.document("products/license").update({"amount": 4000})
    cache.forget()
    return bought


def _pass_paid_after_the_licence(driver: Driver, uid: str) -> Bought:
    daypass = driver.opened(DAYPASS, _device(uid), uid)
    driver.fulfilled(LICENSE, _device(uid), uid)
    driver.pay_page(daypass)
    return daypass


def _ended(driver: Driver, uid: str) -> Bought:
    bought = driver.opened(LICENSE, _device(uid), uid)
    driver.advance(HOUR + MINUTE)
    return bought


def _with_code(driver: Driver, uid: str) -> tuple[Bought, str]:
    bought = driver.paid_page(LICENSE, _device(uid), uid)
    return bought, str(driver.confirm_checkout(bought)["license_code"])


def _deliver(driver: Driver, bought: Bought) -> None:
    assert driver.deliver(*driver.checkout_events(bought)) == 200


def _look(driver: Driver, bought: Bought) -> object:
    return driver.get_device(bought.device, bought.owner)


def _restore(driver: Driver, licensed: tuple[Bought, str]) -> object:
    bought, code = licensed
    return driver.restore(code, f"new-{bought.device}", bought.owner)


def _refund(driver: Driver, bought: Bought) -> object:
    return driver.by_admin("refundPurchase", purchase_id=bought.id)


def _find(driver: Driver, bought: Bought) -> object:
    return driver.by_admin("findPurchases", device_id=bought.device)


def _sweep(driver: Driver, _: Bought) -> None:
    driver.sweep_checkouts()


def _leave(driver: Driver, bought: Bought) -> object:
    return driver.call("deleteAccount", {}, bought.owner)


CREATE = "createCheckoutSession"
CHECKOUT_SCENARIOS = (
    KillScenario(CREATE, "new", _nothing, Driver.create_checkout, OPEN, ("", CLOSED), forgotten=HOUR),
    KillScenario(CREATE, "open", _at(Driver.opened), Driver.create_checkout, OPEN),
    KillScenario(CREATE, "paid", _at(Driver.paid_page), Driver.create_checkout, LICENSED, late=("LICENSE_OWNED",)),
    KillScenario(
        CREATE,
        "replacing",
        _of_another_price,
        Driver.create_checkout,
        f"{CLOSED} {OPEN}",
        (CLOSED, f"{CLOSED} {CLOSED}"),
        forgotten=HOUR,
        alone=True,
    ),
    KillScenario("confirmCheckout", "licence", _at(Driver.paid_page), Driver.confirm_checkout, LICENSED, (OPEN,)),
    KillScenario(
        "confirmCheckout",
        "pass",
        _at(Driver.paid_page, DAYPASS),
        Driver.confirm_checkout,
        UNLOCKED,
        ("daypass:open",),
    ),
    KillScenario(
        "confirmCheckout",
        "refunding",
        _pass_paid_after_the_licence,
        Driver.confirm_checkout,
        REFUNDED,
        (f"daypass:open {LICENSED}",),
    ),
    KillScenario("cancelCheckout", "open", _at(Driver.opened), Driver.cancel_checkout, CLOSED, (OPEN,)),
    KillScenario("cancelCheckout", "paid", _at(Driver.paid_page), Driver.cancel_checkout, LICENSED, (OPEN,)),
    KillScenario("getDevice", "licensed", _at(Driver.fulfilled), _look, LICENSED),
    KillScenario("getDevice", "paid", _at(Driver.paid_page), _look, LICENSED, (OPEN,)),
    KillScenario("restoreLicense", "new phone", _with_code, _restore, LICENSED),
    KillScenario("findPurchases", "device", _at(Driver.fulfilled), _find, LICENSED),
    KillScenario("refundPurchase", "licence", _at(Driver.fulfilled), _refund, REVOKED, (LICENSED,)),
    KillScenario("checkoutPage", "paid", _at(Driver.paid_page), visit, LICENSED, (OPEN,)),
    KillScenario(
        "checkoutPage", "refunding", _pass_paid_after_the_licence, visit, REFUNDED, (f"daypass:open {LICENSED}",)
    ),
    KillScenario("settleCheckouts", "ended", _ended, _sweep, CLOSED, alone=True),
    KillScenario("stripeWebhook", "checkout", _at(Driver.paid_page), _deliver, LICENSED, (OPEN,)),
    KillScenario("deleteAccount", "page", _at(Driver.opened), _leave, CLOSED, (OPEN,)),
)
