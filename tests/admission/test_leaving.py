"""deleteAccount: what is held is given up, what was bought stays and names nobody."""

from __future__ import annotations

from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips


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


def test_the_door_names_them_no_more_also_if_it_was_cut_short(driver: Driver, round_trips: RoundTrips) -> None:
    from admission.leaving import leave
    from common.deadline import Deadline

    event = driver.published(price=0)
    bought = driver.places_held(event, names=["花子"])
    for _ in range(2):
        driver.scan_ticket(event, driver.ticket_code(bought))
    assert "花子" in repr(driver.everything())
    with round_trips.killed(Named("firestore commit", "after")):
        leave("fan", Deadline())
    assert "花子" in repr(driver.everything())
    for _ in range(2):
        leave("fan", Deadline())
    assert "花子" not in repr(driver.everything())
    entry = driver.document(f"event_entries/{bought.id}.0.1")
    assert (entry["ticket_id"], entry["by"], entry["holder_name"]) == (f"{bought.id}.0", "organizer-1", None)
    driver.agrees()
