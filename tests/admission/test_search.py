"""searchEvents: any part of a Japanese word, in any width and kana; pages that stay; what is unpublished is gone."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.admissions import ORGANIZER, PRICE
from tests.support.calls import refused
from tests.support.clock import DAY, HOUR
from tests.support.concurrency import at_once, successes
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions
from tests.support.round_trips import Named, RoundTrips

SEEDED = "切符コンサート"


def titles(driver: Driver, **asked: Any) -> list[str]:
    return [event["title"] for event in driver.search(**asked)["events"]]


def tiers(*prices: int) -> list[dict[str, Any]]:
    return [{"tier": f"t{price}", "name": "席", "price": price, "size": 5} for price in prices]


def minute_later(driver: Driver) -> None:
    driver.advance(60)


@pytest.mark.parametrize(
    "text",
    [
        "ジャズ",
        "じゃず",
        "ｼﾞｬｽﾞ",
        "ャ",
        "ナイト in",
        "NIGHT",
        "ｎｉｇｈｔ",
        "渋谷",
        "谷ホ",
        "スウィング商会",
        "夜更けの",
        "道玄坂",
        "道\x00玄",
        "  じゃず　渋谷 ",
        "コンサ",
    ],
)
def test_any_part_of_what_is_said_of_an_event_finds_it(driver: Driver, text: str) -> None:
    driver.call(
        "setOrganizerMembers",
        {"organizer_id": "org-1", "name": "スウィング商会", "members": {ORGANIZER: "owner"}},
        ORGANIZER,
    )
    driver.published(
        title="ジャズナイト in Night",
        venue_name="渋谷ホール",
        venue_address="東京都渋谷区道玄坂1-1",
        description="夜更けのコンサート",
    )
    assert "ジャズナイト in Night" in titles(driver, text=text)


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "_",
        "ジ_ズ",
        "%ズ%",
        "' OR '1'='1",
        '"; DROP TABLE events; --',
        "ロック",
        "ズ渋",
        "[]",
        "{",
        "\\",
        "💮",
    ],
)
def test_what_stands_nowhere_finds_nothing_and_breaks_nothing(driver: Driver, text: str) -> None:
    driver.published(title="ジャズ", venue_name="渋谷")
    assert titles(driver, text=text) == []
    assert titles(driver, text="ジャズ") == ["ジャズ"]


@pytest.mark.parametrize("text", ["100%", "a_b", "it's", '"x"', "[1]", "💮"])
def test_odd_characters_are_found_as_they_are(driver: Driver, text: str) -> None:
    driver.published(title=f"これは{text}です")
    driver.published(title="これは100個abitsx1です")
    assert titles(driver, text=text) == [f"これは{text}です"]


@pytest.mark.parametrize(
    "asked",
    [
        {"text": "あ" * 101},
        {"text": 5},
        {"text": "\ud800"},
        {"cursor": "x"},
        {"cursor": "1.a' OR 1"},
        {"cursor": "999999999999999999.ev"},
        {"from": "2026-01-01"},
        {"from": 5},
        {"from": "2027-01-02T00:00:00Z", "to": "2027-01-01T00:00:00Z"},
        {"min_price": -1},
        {"min_price": 1.5},
        {"min_price": 2, "max_price": 1},
        {"limit": 5},
    ],
)
def test_bad_input_is_refused(driver: Driver, asked: dict[str, Any]) -> None:
    with refused("INVALID_ARGUMENT"):
        driver.search(**asked)


def test_nothing_given_finds_everything_that_is_coming_in_the_order_of_time(driver: Driver) -> None:
    now = driver.now()
    for days in (40, 20):
        driver.published(title=f"{days}日後", event_date=(now + timedelta(days=days)).isoformat())
    driver.create_event(title="下書き")
    assert titles(driver) == ["20日後", SEEDED, "40日後"]
    assert titles(driver, text="", category=None) == titles(driver)
    (found, *_) = driver.search()["events"]
    assert (found["venue_name"], found["base_price"], found["organizer_id"]) == ("公会堂", PRICE, "org-1")


def test_category_dates_and_prices_narrow_it(driver: Driver) -> None:
    now = driver.now()
    for days, category, prices in ((10, "Live", [3000, 9000]), (11, "演劇", [0]), (12, "演劇", [5000])):
        at = (now + timedelta(days=days)).isoformat()
        driver.published(title=str(days), event_date=at, category=category, tiers=tiers(*prices))

    def found(**asked: Any) -> list[str]:
        return [title for title in titles(driver, **asked) if title != SEEDED]

    assert found(category="live") == ["10"]
    assert found(category="演") == []
    assert found(**{"from": (now + timedelta(days=11)).isoformat()}) == ["11", "12"]
    assert found(to=(now + timedelta(days=11)).isoformat()) == ["10", "11"]
    assert found(max_price=0) == ["11"]
    assert found(min_price=5000) == ["10", "12"]
    assert found(min_price=4000, max_price=8000) == ["12"]
    assert found(min_price=3000, max_price=3000) == ["10"]


def test_pages_stay_in_order_while_events_come_and_go(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    at = (driver.now() + timedelta(days=3)).isoformat()
    made = {driver.published(title="頁", event_date=at, places=1): 0 for _ in range(25)}
    first = driver.search(text="頁")
    seen = [event["event_id"] for event in first["events"]]
    assert len(seen) == 20
    driver.close_event(seen[0])
    earlier = driver.published(title="頁", event_date=(driver.now() + timedelta(days=2)).isoformat())
    minute_later(driver)
    while cursor := first["next"]:
        first = driver.search(text="頁", cursor=cursor)
        seen += [event["event_id"] for event in first["events"]]
    assert sorted(seen) == sorted(made)
    assert earlier not in seen


@pytest.mark.parametrize("act", ["close_event", "cancel_event"])
def test_what_is_closed_or_cancelled_is_gone_within_a_minute(driver: Driver, act: str) -> None:
    event = driver.published(title="消える")
    assert titles(driver, text="消える") == ["消える"]
    getattr(driver, act)(event)
    minute_later(driver)
    assert titles(driver, text="消える") == []


def test_what_is_published_again_or_changed_is_found_as_it_is(driver: Driver) -> None:
    event = driver.published(title="前の題")
    assert titles(driver, text="前の題") == ["前の題"]
    driver.update_event(event, title="後の題", tiers=[{"tier": "ga", "name": "席", "price": 100, "size": 20}])
    minute_later(driver)
    assert titles(driver, text="前の題") == []
    assert titles(driver, text="後の題", max_price=100) == ["後の題"]
    driver.close_event(event)
    driver.update_event(event, title="閉じた題")
    minute_later(driver)
    assert titles(driver, text="題") == []
    driver.publish(event)
    minute_later(driver)
    assert titles(driver, text="題") == ["閉じた題"]


def test_a_draft_that_is_changed_or_deleted_is_never_found(driver: Driver) -> None:
    event = driver.create_event(title="草案")["event_id"]
    driver.update_event(event, title="草案二")
    assert titles(driver, text="草案") == []
    driver.delete_event(event)


def test_what_has_begun_is_no_coming_event_unless_it_goes_on(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    from admission import search_index

    one_document(monkeypatch)
    begins, ends = driver.now() + timedelta(hours=1), driver.now() + timedelta(days=5)
    driver.published(title="今夜", event_date=begins.isoformat())
    driver.published(title="会期中", event_date=begins.isoformat(), ends_at=ends.isoformat())
    driver.advance(HOUR + 1)
    assert titles(driver, to=driver.now().isoformat()) == ["会期中"]
    driver.advance(5 * DAY)
    assert titles(driver) == [SEEDED]
    # What is over leaves the documents with the next change of another event.
    assert len(search_index.rows(driver.search_documents()[0])) == 2
    event = driver.published(title="次")
    assert list(search_index.rows(driver.search_documents()[0])) == [event]


def test_publishers_at_one_instant_are_all_found(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    one_document(monkeypatch)
    events = [driver.create_event(title="同時")["event_id"] for _ in range(8)]
    answers = at_once([partial(driver.publish, event) for event in events])
    assert len(successes(answers)) == 8
    assert titles(driver, text="同時") == ["同時"] * 8


def one_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event's row belongs in the same document."""
    from admission import search_index

    monkeypatch.setattr(search_index, "number_of", lambda _: 0)


def published_in_the_middle(driver: Driver, trips: RoundTrips, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One event is published just before the commit that publishes another."""
    one_document(monkeypatch)
    first, second = (driver.create_event(title=title)["event_id"] for title in ("一番", "二番"))
    with trips.interrupted(Named("firestore commit", "before"), lambda: driver.publish(second)):
        driver.publish(first)
    return titles(driver, text="番")


def test_rows_written_at_once_are_both_there(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sorted(published_in_the_middle(driver, round_trips, monkeypatch)) == ["一番", "二番"]


def test_control_without_compare_and_set_one_of_them_is_lost(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_preconditions(monkeypatch)
    assert published_in_the_middle(driver, round_trips, monkeypatch) == ["一番"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_publisher_killed_at_its_commit_leaves_event_and_row_alike(
    driver: Driver, round_trips: RoundTrips, moment: Any
) -> None:
    event = driver.create_event(title="途中")["event_id"]
    with round_trips.killed(Named("firestore commit", moment)):
        driver.publish(event)
    published = driver.document(f"events/{event}")["status"] == "published"
    assert published == (moment == "after")
    assert bool(titles(driver, text="途中")) == published


def test_an_event_without_room_is_sold_all_the_same_and_that_is_reported(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from admission import search_index

    one_document(monkeypatch)
    driver.published(title="入る")
    with monkeypatch.context() as full:
        full.setattr(search_index, "MOST_BYTES", 100)
        event = driver.published(title="入らない")
    assert "search index full" in capsys.readouterr().err
    driver.places_bought(event)
    assert titles(driver, text="入") == ["入る"]
    driver.update_event(event)
    minute_later(driver)
    assert sorted(titles(driver, text="入")) == ["入らない", "入る"]


def test_a_search_reads_nothing_for_half_a_minute_and_then_once_for_all(
    driver: Driver, round_trips: RoundTrips
) -> None:
    driver.freeze()
    for pause, trips in ((0, 1), (29, 0), (1, 1), (0, 0)):
        driver.advance(pause)
        with round_trips.watching():
            titles(driver, text="切符")
        assert (len(round_trips.firestore), len(round_trips.stripe)) == (trips, 0)


def test_who_searches_while_another_reads_does_not_wait(driver: Driver, round_trips: RoundTrips) -> None:
    driver.freeze()
    titles(driver)
    driver.advance(30)
    found: list[list[str]] = []
    with round_trips.interrupted(
        Named("firestore batch_get", "before"), lambda: found.extend(at_once([lambda: titles(driver)]))
    ):
        titles(driver)
    assert found == [[SEEDED]]


def test_only_what_changed_is_taken_apart(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    from admission import search_index

    titles(driver)
    taken: list[str] = []
    rows = search_index.rows

    def watched(doc: Any) -> Any:
        taken.append(doc.id)
        return rows(doc)

    event = driver.published(title="新しい")
    monkeypatch.setattr(search_index, "rows", watched)
    minute_later(driver)
    assert titles(driver, text="新しい") == ["新しい"]
    assert taken == [str(search_index.number_of(event))]


def test_ten_thousand_events_of_long_texts_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    import random
    from datetime import UTC, datetime

    from admission import search_index

    letters = random.Random(1)
    kanji = [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]

    def text(length: int) -> str:
        return "".join(letters.choices(kanji, k=length))

    fields = {
        "organizer_id": "org-12345678",
        "organizer_name": text(20),
        "category": "concert",
        "timezone": "Asia/Tokyo",
        "event_date": datetime(2027, 1, 1, tzinfo=UTC),
        "base_price": 3000,
        "prices": [3000, 5000, 8000],
    }
    rows = {}
    for number in range(10_000 // search_index.DOCUMENTS + 75):
        said = {"title": text(50), "venue_name": text(30), "venue_address": text(50), "description": text(1000)}
        rows[f"ev-{number:020d}"] = search_index.row_of({**fields, **said})
    assert len(search_index.pack(rows)) < search_index.MOST_BYTES < 2**20
