"""deleteAccount: what is held is given up, what was bought stays and names nobody."""

from __future__ import annotations

from tests.support.driver import Driver


def test_what_is_held_is_free_again_and_what_was_bought_names_nobody(driver: Driver) -> None:
    from admission.leaving import leave
    from common.deadline import Deadline

    event = driver.published(places=2)
    bought = driver.places_held(event, names=["花子"])
    driver.pay_sheet(bought)
    driver.confirm_order(bought)
    held = driver.places_held(event)
    for _ in range(2):
        leave("fan", Deadline())
    assert driver.document(f"event_orders/{held.id}")["end_reason"] == "account_deleted"
    assert driver.document(f"event_orders/{bought.id}")["names"] == []
    ticket = driver.document(f"event_tickets/{bought.id}.0")
    assert (ticket["status"], ticket["holder_name"]) == ("valid", None)
    driver.places_bought(event, "other")
    driver.orders_settle()
    driver.agrees()
