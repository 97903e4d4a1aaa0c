"""Where a customer stands at a store's counter, and what is done there; what is left of it afterwards.

A visit is a ``Sale`` of which only the customer counts; what the apps learn on the way is in its ``extra``.
"""

from __future__ import annotations

from collections import defaultdict

from common import cache
from tests.integration.counter import STORE, Counter, staff_of

from .scene import Sale, Scene

EARNED = 5_000
"""JPY; the customer is offered 50 points for them."""
PAID = 5


def counter_of(scene: Scene) -> Counter:
    return Counter(scene.api)


# Where the customer stands.


def shown(scene: Scene, customer: str) -> Sale:
    """The customer shows a code, in a moment that lasts; the store's staff are in the cache."""
    scene.travel.freeze()
    counter_of(scene).show_store()
    return Sale(customer, extra={"token": counter_of(scene).show(customer)})


def store_shown(scene: Scene, customer: str) -> Sale:
    scene.travel.freeze()
    return Sale(customer, extra={"token": counter_of(scene).show_store()})


def staff_unknown(scene: Scene, customer: str) -> Sale:
    sale = shown(scene, customer)
    cache.forget()
    return sale


def scanned(scene: Scene, customer: str) -> Sale:
    sale = shown(scene, customer)
    scan(scene, sale)
    return sale


def store_read(scene: Scene, customer: str) -> Sale:
    sale = store_shown(scene, customer)
    read(scene, sale)
    return sale


def offered(scene: Scene, customer: str) -> Sale:
    sale = scanned(scene, customer)
    offer(scene, sale)
    return sale


def earned(scene: Scene, customer: str) -> Sale:
    sale = offered(scene, customer)
    accept(scene, sale)
    return sale


def offered_again(scene: Scene, customer: str) -> Sale:
    earned(scene, customer)
    return offered(scene, customer)


def ready_to_pay(scene: Scene, customer: str) -> Sale:
    earned(scene, customer)
    return store_read(scene, customer)


def paid(scene: Scene, customer: str) -> Sale:
    sale = ready_to_pay(scene, customer)
    pay(scene, sale)
    return sale


# What is done.


def show_store(scene: Scene, sale: Sale) -> None:
    counter_of(scene).show_store()


def scan(scene: Scene, sale: Sale) -> None:
    sale.extra["nonce"] = counter_of(scene).scan(sale.extra["token"])


def read(scene: Scene, sale: Sale) -> None:
    sale.extra["nonce"] = counter_of(scene).read(sale.extra["token"], sale.buyer)


def record(scene: Scene, sale: Sale) -> None:
    counter_of(scene).record(sale.extra["nonce"], sale.buyer, staff_of(STORE), STORE)


def record_store(scene: Scene, sale: Sale) -> None:
    counter_of(scene).record(sale.extra["nonce"], STORE, sale.buyer)


def check(scene: Scene, sale: Sale) -> None:
    assert counter_of(scene).check(sale.extra["nonce"], staff_of(STORE), STORE)["used"] is False


def offer(scene: Scene, sale: Sale) -> None:
    sale.extra["entry"] = counter_of(scene).offer(sale.extra["nonce"], EARNED)["awardId"]


def accept(scene: Scene, sale: Sale) -> None:
    assert counter_of(scene).accept(sale.extra["entry"], sale.buyer)["points"] == EARNED // 100


def decline(scene: Scene, sale: Sale) -> None:
    counter_of(scene).decline(sale.extra["entry"], sale.buyer)


def pay(scene: Scene, sale: Sale) -> None:
    sale.extra["entry"] = counter_of(scene).pay(sale.extra["nonce"], PAID, sale.buyer)["usageId"]


def pay_all(scene: Scene, sale: Sale) -> None:
    """Pay what one award gave."""
    counter_of(scene).pay(sale.extra["nonce"], EARNED // 100, sale.buyer)


def reverse(scene: Scene, sale: Sale) -> None:
    counter_of(scene).reverse(sale.extra["entry"])


# What is left.


def ends(scene: Scene) -> dict[str, list[str]]:
    """What became of each customer's readings, awards, payments and points, a word for each."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for snapshot in scene.db.collection("qr_usage_history").stream():
        claim = snapshot.to_dict() or {}
        customer = claim["targetId"] if claim["type"] == "user_point_earn" else claim["readerId"]
        found[customer].append(f"read:{claim['status']}")
    for snapshot in scene.db.collection("point_awards").stream():
        award = snapshot.to_dict() or {}
        found[award["userId"]].append(f"award:{award['status']}")
    for snapshot in scene.db.collection("user_point_usage").stream():
        usage = snapshot.to_dict() or {}
        found[usage["userId"]].append(f"payment:{usage['status']}")
    for snapshot in scene.db.collection("users").stream():
        points = (snapshot.to_dict() or {}).get("availablePoints")
        if points is not None:
            found[snapshot.id].append(f"points:{points}")
    return found
