"""Who is told of events: buyers by push and mail, organisers by push; each once, and nothing waits for an address."""

from __future__ import annotations

import json
from typing import Any

import pytest

from devkit.sign_ins import SignIns
from tests.support.admissions import ORGANISATION, ORGANIZER, Ordered
from tests.support.clock import DAY, MINUTE
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips

HELD = "payment_intent.amount_capturable_updated"


@pytest.fixture(autouse=True)
def mails_on(driver: Driver, monkeypatch: pytest.MonkeyPatch, sign_ins: SignIns) -> None:
    monkeypatch.setenv("MAIL", "true")
    sign_ins.addresses["fan"] = "fan@example.com"


def mails(driver: Driver, uid: str = "fan") -> list[dict[str, Any]]:
    found = (mail.to_dict() or {} for mail in driver.db.collection("mail").stream())
    return sorted((mail for mail in found if mail["user_id"] == uid), key=lambda mail: str(mail["created_at"]))


def subjects(driver: Driver, uid: str = "fan") -> list[str]:
    return [mail["message"]["subject"] for mail in mails(driver, uid)]


def pushed(driver: Driver, uid: str) -> list[str]:
    found = (push.to_dict() or {} for push in driver.db.collection("ff_user_push_notifications").stream())
    return [push["notification_text"] for push in found if push["user_refs"] == f"users/{uid}"]


def test_a_buyer_has_a_mail_about_their_tickets_in_the_extensions_format(driver: Driver) -> None:
    driver.places_bought(driver.published(title="音楽会<b>\n&"), quantity=2)
    (mail,) = mails(driver)
    assert mail["to"] == ["fan@example.com"]
    assert mail["message"]["subject"] == "【音楽会<b> &】チケットをお届けしました"
    assert "<p>イベント: 音楽会&lt;b&gt;\n&amp;</p>" in mail["message"]["html"]
    assert "金額: 6,000円" in mail["message"]["text"]
    assert pushed(driver, "fan") == ["チケットをお届けしました"]
    assert pushed(driver, ORGANIZER) == ["チケットが2枚売れました"]


def test_a_push_opens_the_page_of_the_tickets_with_parameters_as_flutterflow_names_them(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published())
    found = [push.to_dict() or {} for push in driver.db.collection("ff_user_push_notifications").stream()]
    assert {push["initial_page_name"] for push in found} == {"EventTickets"}
    (parameters,) = (json.loads(push["parameter_data"]) for push in found if push["user_refs"] == "users/fan")
    assert {"eventId": ordered.event, "orderId": ordered.id}.items() <= parameters.items()


def test_off_there_are_none_and_nobody_is_looked_up(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL", "false")
    with round_trips.watching() as calls:
        driver.places_bought(driver.published())
    assert mails(driver) == []
    assert not [call for call in calls if call.startswith("auth")]
    monkeypatch.delenv("MAIL")
    driver.places_bought(driver.published())
    assert mails(driver) == []


def test_it_is_written_once_whoever_hears_of_the_payment_first(driver: Driver) -> None:
    ordered = driver.sheet_paid(driver.published())
    (held,) = driver.order_events(ordered, HELD)
    for _ in range(2):
        driver.deliver(held)
        driver.confirm_order(ordered)
    driver.orders_settle()
    assert len(mails(driver)) == 1
    assert len(pushed(driver, ORGANIZER)) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_it_is_there_exactly_if_the_tickets_are(driver: Driver, round_trips: RoundTrips, moment: Any) -> None:
    ordered = driver.sheet_paid(driver.published())
    with round_trips.killed(Named("firestore commit", moment)):
        driver.confirm_order(ordered)
    assert len(mails(driver)) == driver.count("event_tickets") == (moment == "after")
    driver.confirm_order(ordered)
    assert len(mails(driver)) == 1


def test_who_has_no_address_is_left_to_the_extension(driver: Driver) -> None:
    driver.places_bought(driver.published(), "nobody")
    (mail,) = mails(driver, "nobody")
    assert mail["toUids"] == ["nobody"]
    assert "to" not in mail


def test_nothing_waits_for_an_address_that_cannot_be_looked_up(
    driver: Driver, sign_ins: SignIns, round_trips: RoundTrips, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_ins.out_of_order = True
    event = driver.published()
    driver.places_bought(event)
    with round_trips.watching() as calls:
        driver.places_bought(event)
    assert [mail.get("toUids") for mail in mails(driver)] == [["fan"], ["fan"]]
    assert not [call for call in calls if call.startswith("auth")]
    sign_ins.out_of_order = False
    driver.advance(MINUTE)
    driver.places_bought(event)
    assert mails(driver)[-1]["to"] == ["fan@example.com"]
    assert "fan@example.com" not in "".join(capsys.readouterr())


def test_a_free_ticket_is_told_of_too(driver: Driver) -> None:
    driver.places_held(driver.published(price=0))
    assert len(subjects(driver)) == 1
    assert pushed(driver, ORGANIZER) == ["チケットが1枚売れました"]


def test_a_ticket_given_back_is_told_to_both(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published(), quantity=2)
    for _ in range(2):
        driver.cancel_ticket(ordered)
    driver.orders_settle()
    assert "代金をお返しします" in subjects(driver)[-1]
    assert len(subjects(driver)) == 2
    assert sorted(pushed(driver, ORGANIZER)) == ["チケットが1枚キャンセルされました", "チケットが2枚売れました"]


def test_a_cancelled_event_is_told_to_every_buyer_and_not_to_who_cancelled_it(driver: Driver) -> None:
    event = driver.published()
    for buyer in ("fan", "other"):
        driver.places_bought(event, buyer)
    driver.cancel_event(event)
    driver.orders_settle()
    assert "中止" in subjects(driver)[-1]
    assert "中止" in subjects(driver, "other")[-1]
    assert len(pushed(driver, ORGANIZER)) == 2


def test_a_cancelled_event_is_told_to_who_has_a_free_ticket_and_to_nobody_as_a_return(driver: Driver) -> None:
    event = driver.published(price=0, transferable=True)
    ordered = driver.places_held(event)
    driver.accept(driver.offer(ordered), "other")
    driver.cancel_event(event)
    driver.orders_settle()
    for uid in ("fan", "other"):
        assert "イベントが中止になりました" in pushed(driver, uid)
        assert "チケットをキャンセルしました" not in pushed(driver, uid)
    assert pushed(driver, ORGANIZER) == ["チケットが1枚売れました"]
    driver.agrees()


def test_a_cancelled_event_is_told_to_who_is_paying_or_has_an_offer(driver: Driver) -> None:
    event = driver.published(places=2)
    first = driver.places_bought(event, "first")
    driver.order_places(Ordered(event, "other"))
    driver.join(event, "fan")
    driver.cancel_ticket(first)
    driver.offers_made()
    driver.cancel_event(event)
    driver.orders_settle()
    for uid in ("fan", "other"):
        assert pushed(driver, uid).count("イベントが中止になりました") == 1
    driver.agrees()


def test_a_place_from_the_waiting_list_is_told_and_so_is_its_end(driver: Driver) -> None:
    event = driver.published(places=1)
    first = driver.places_bought(event, "first")
    driver.join(event, "fan")
    driver.cancel_ticket(first)
    driver.offers_made()
    assert "キャンセル待ちの席をご用意できました" in subjects(driver)[-1]
    driver.advance(DAY)
    driver.expire_orders()
    assert "期限が過ぎました" in subjects(driver)[-1]
    driver.places_bought(event, "other")
    driver.join(event, "fan")
    driver.cancel_event(event)
    driver.offers_made()
    assert "中止" in subjects(driver)[-1]


def test_money_that_was_taken_too_late_is_told_to_come_back(driver: Driver) -> None:
    ordered = driver.places_held(driver.published())
    driver.advance(10 * MINUTE)
    driver.lose_call("drop_before", ".*/cancel")
    driver.expire_orders()
    driver.pay_sheet(ordered)
    driver.simulator.dashboard_capture(ordered.payment)
    driver.deliver(*driver.order_events(ordered, "payment_intent.succeeded"))
    assert "代金をお返しします" in subjects(driver)[-1]


def test_owners_and_managers_are_told_up_to_ten(driver: Driver) -> None:
    roles = {ORGANIZER: "owner", "manager": "manager", "finance": "finance", "door": "door"}
    members = roles | {f"z-{number:02}": "manager" for number in range(12)}
    driver.call("setOrganizerMembers", {"organizer_id": ORGANISATION, "members": members}, ORGANIZER)
    driver.places_bought(driver.published())
    told = [uid for uid in members if pushed(driver, uid)]
    assert len(told) == 10
    assert {ORGANIZER, "manager"} < {*told}
    assert not {"finance", "door"} & {*told}


def test_telling_the_organiser_reads_nothing_more_once_they_are_known(driver: Driver, round_trips: RoundTrips) -> None:
    event = driver.published(price=0)
    driver.places_held(event, "somebody")
    with round_trips.watching():
        driver.order_places(Ordered(event))
    assert len(round_trips.firestore) == 2


def test_a_deleted_accounts_mails_are_deleted(driver: Driver) -> None:
    from common import mail
    from common.deadline import Deadline

    driver.places_bought(driver.published())
    driver.places_bought(driver.published(), "other")
    mail.forget("fan", Deadline())
    assert mails(driver) == []
    assert len(mails(driver, "other")) == 1
