"""stopCampaign: codes that were given away end at once, and what they were used for goes on."""

from __future__ import annotations

import pytest

from tests.support.calls import refused
from tests.support.concurrency import at_once, refusals
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips

NOTE = {"note": "配布先の誤り"}
UNTIL = "2999-01-01T00:00:00Z"


def campaign(driver: Driver, **more: object) -> tuple[str, list[str]]:
    made = driver.by_admin("createTicketCodes", **{"count": 3, "maxRedemptions": 5, "validUntil": UNTIL, **more})
    return made["campaign_id"], made["codes"]


def test_a_campaign_is_shown_without_its_codes(driver: Driver) -> None:
    id_, codes = campaign(driver, imeconId="imecon-1")
    shown = driver.document(f"code_campaigns/{id_}")
    assert (shown["count"], shown["max_redemptions"], shown["imecon_id"]) == (3, 5, "imecon-1")
    assert (shown["created_by"], shown["redeemed"], shown["stopped_at"]) == ("admin", 0, None)
    assert not any(code in str(shown) for code in codes)
    (entry,) = driver.audit("createTicketCodes")
    assert entry["target"] == f"code_campaigns/{id_}"
    assert not any(code in str(entry) for code in codes)


def test_uses_are_counted_and_given_back(driver: Driver) -> None:
    id_, (code, *_) = campaign(driver)
    first = driver.perk("one", code=code)
    driver.perk("other", code=code)
    assert driver.document(f"code_campaigns/{id_}")["redeemed"] == 2
    driver.answer(first, accept=False)
    assert driver.document(f"code_campaigns/{id_}")["redeemed"] == 1


def test_all_of_its_codes_end_at_once(driver: Driver) -> None:
    id_, codes = campaign(driver)
    used = driver.perk("one", code=codes[0])
    answer = driver.by_admin("stopCampaign", campaignId=id_, **NOTE)
    assert (answer["count"], answer["redeemed"], answer["stopped_by"]) == (3, 1, "admin")
    for code in codes:
        with refused("CODE_EXPIRED"):
            driver.redeem_code(code, "somebody", imecon_id="imecon-2")
    assert driver.answer(used)["status"] == "active"
    (entry,) = driver.audit("stopCampaign")
    assert (entry["note"], entry["before"]["stopped_at"]) == (NOTE["note"], None)


def test_others_go_on(driver: Driver) -> None:
    stopped, _ = campaign(driver)
    _, (code, *_) = campaign(driver)
    driver.by_admin("stopCampaign", campaignId=stopped, **NOTE)
    assert driver.redeem_code(code, "somebody", imecon_id="imecon-1")["status"] == "pending"


def test_repeated_and_at_once_it_is_stopped_once(driver: Driver) -> None:
    id_, _ = campaign(driver)

    def stop() -> object:
        return driver.by_admin("stopCampaign", campaignId=id_, **NOTE)

    assert refusals(at_once([stop, stop])) == []
    first = driver.by_admin("stopCampaign", campaignId=id_, **NOTE)
    driver.advance(60)
    assert driver.by_admin("stopCampaign", campaignId=id_, **NOTE) == first
    assert len(driver.audit("stopCampaign")) == 1


def test_uses_of_its_codes_meanwhile_keep_nobody_from_stopping_it(driver: Driver, round_trips: RoundTrips) -> None:
    id_, _ = campaign(driver)

    def used() -> None:
        driver.db.document(f"code_campaigns/{id_}").update({"redeemed": 5})

    with round_trips.interrupted(Named("firestore commit", "before"), used, always=False):
        answer = driver.by_admin("stopCampaign", campaignId=id_, **NOTE)
    assert answer["redeemed"] == 5
    assert round_trips.firestore.count("commit") == 1


def test_a_campaign_that_a_hand_deleted_stops_no_redemption(driver: Driver) -> None:
    id_, (code, *_) = campaign(driver)
    driver.db.document(f"code_campaigns/{id_}").delete()
    assert driver.redeem_code(code, "somebody", imecon_id="imecon-1")["status"] == "pending"
    assert driver.document(f"code_campaigns/{id_}") == {}


@pytest.mark.parametrize("id_", ["nobody", "a.b"])
def test_what_is_not_there_is_refused(driver: Driver, id_: str) -> None:
    with refused("CAMPAIGN_NOT_FOUND"):
        driver.by_admin("stopCampaign", campaignId=id_, **NOTE)
