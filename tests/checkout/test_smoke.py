from tests.support.driver import Driver
from tests.support.checkouts import *
import json

def test_flow(driver: Driver) -> None:
    b = driver.opened()
    print(driver.document(f"purchases/{b.id}"))
    print(driver.device(b))
    print(driver.confirm_checkout(b))
    driver.pay_page(b)
    v = driver.confirm_checkout(b)
    print(v)
    assert v["status"] == "fulfilled" and v["license_purchased"] and v["license_code"] and v["receipt_url"]
    assert driver.confirm_checkout(b) == v
    print(driver.get_device())
    print([e["type"] for e in driver.checkout_events(b)])
    assert driver.deliver(*driver.checkout_events(b)) == 200
    print(driver.purchase_document(b))

def test_webhook(driver: Driver) -> None:
    b = driver.paid_page(DAYPASS)
    assert driver.deliver(*driver.checkout_events(b, "checkout.session.completed")) == 200
    print(driver.device(b), driver.purchase_document(b))
    assert driver.purchase_document(b)["status"] == "fulfilled"
    driver.refund_id = driver.simulator.dashboard_refund(driver.payment_of(b))["id"]
    assert driver.deliver(*driver.checkout_events(b)) == 200
    print(driver.device(b), driver.purchase_document(b))
    assert driver.purchase_document(b)["status"] == "revoked"
    driver.simulator.fail_refund(driver.refund_id)
    assert driver.deliver(*driver.checkout_events(b)) == 200
    assert driver.purchase_document(b)["status"] == "fulfilled"
    assert driver.device(b)["pass_ends_at"]

def test_cancel(driver: Driver) -> None:
    b = driver.opened()
    v = driver.cancel_checkout(b)
    print(v)
    assert v["status"] == "closed"
    assert driver.session_at_stripe(b)["status"] == "expired"
    assert driver.device(b)["open_license"] is None
    c = driver.opened()
    d = driver.opened(DAYPASS)
    driver.pay_page(c)
    driver.pay_page(d)
    print(driver.get_device())
    print(driver.purchase_document(d))
    assert driver.purchase_document(d)["status"] == "refunded"
    assert driver.simulator.refunds()
