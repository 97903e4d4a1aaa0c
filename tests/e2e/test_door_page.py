"""The door page in a real browser, before a camera that sees tickets, with and without a network.

The functions are those of the local stack; the page is served under the headers that firebase.json says.
"""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import expect

from devkit.pages import DOOR
from devkit.process import ROOT
from tests.e2e.conftest import Phones
from tests.e2e.door_phone import Phone
from tests.e2e.door_venue import STAFF, Venue, altered, forged

SOON = 20_000
"""Milliseconds in which the page has asked the server again."""


def unsent(phone: Phone, count: int) -> None:
    mark = phone.page.locator("#mark-unsent")
    if count:
        expect(mark).to_have_text(f"未送信 {count}件", timeout=SOON)
    else:
        expect(mark).to_be_hidden(timeout=SOON)


def test_a_ticket_lets_one_person_in(phone: Phone, venue: Venue) -> None:
    (ticket,) = venue.tickets("山田 花子")
    phone.sign_in(venue.event)
    phone.scan(venue.code(ticket), "ok", "入場できます", "山田 花子", venue.seat(ticket))
    phone.scan(venue.code(ticket), "already_used", "入場済み", "山田 花子")
    expect(phone.page.locator("#last")).to_contain_text("入場済み")
    [entry] = venue.entries(ticket)
    assert (entry["direction"], entry["by"], entry["offline"]) == ("entry", STAFF, False)


def test_a_code_that_stays_in_view_is_one_scan(phone: Phone, venue: Venue) -> None:
    (ticket,) = venue.tickets("山田 花子")
    phone.sign_in(venue.event)
    phone.look_at(venue.code(ticket))
    expect(phone.answer).to_have_attribute("data-result", "ok", timeout=SOON)
    # It goes by itself, and does not come back as "already used" while the phone is still held there.
    expect(phone.answer).to_be_hidden(timeout=5_000)
    phone.page.wait_for_timeout(1_500)
    assert phone.calls.count("validateTicket") == 1


def test_without_a_network_it_decides_alone_and_sends_it_later(phone: Phone, venue: Venue) -> None:
    used, first, second, gone = venue.tickets("一", "二", "三", "四")
    codes = {ticket: venue.code(ticket) for ticket in (used, first, second, gone)}
    venue.scanned_elsewhere(used)
    other = Venue.opened(venue.stack)
    (elsewhere,) = other.tickets("他")
    venue.stack.functions.call("cancelTicket", {"ticket_id": gone}, "fan")
    phone.sign_in(venue.event)
    phone.cached()
    phone.network(on=False)
    expect(phone.page.locator("#mark-network")).to_have_text("オフライン")
    phone.scan(codes[first], "ok", "オフラインで確認", venue.seat(first))
    # A second person with the same ticket.
    phone.scan(codes[first], "already_used")
    phone.scan(codes[used], "already_used")
    phone.scan(codes[gone], "cancelled")
    phone.scan(forged(codes[second]), "invalid")
    phone.scan(altered(codes[second]), "invalid")
    phone.scan(other.code(elsewhere), "wrong_event")
    phone.scan("https://example.com/menu", "invalid")
    unsent(phone, 7)
    # The page opens from what the phone keeps, and knows what it did.
    phone.reload()
    unsent(phone, 7)
    phone.scan(codes[first], "already_used")
    phone.scan(codes[second], "ok")
    assert venue.entries(first) == []
    phone.network(on=True)
    unsent(phone, 0)
    expect(phone.page.locator("#mark-network")).to_have_text("オンライン", timeout=SOON)
    for ticket in (first, second):
        [entry] = venue.entries(ticket)
        assert (entry["offline"], entry["duplicate"], entry["problem"]) == (True, False, None)
    assert len(venue.entries(used)) == 1
    assert venue.entries(gone) == []
    phone.scan(codes[second], "already_used", "三")


def test_what_was_sent_is_still_known_if_the_network_goes_before_the_next_bundle(phone: Phone, venue: Venue) -> None:
    (ticket,) = venue.tickets("山田 花子")
    phone.sign_in(venue.event)
    phone.network(on=False)
    phone.scan(venue.code(ticket), "ok")
    phone.page.route("**/getDoorBundle", lambda route: route.abort())
    phone.network(on=True)
    unsent(phone, 0)
    phone.network(on=False)
    phone.scan(venue.code(ticket), "already_used")
    assert len(venue.entries(ticket)) == 1


def test_a_connection_to_the_store_that_the_browser_closed_is_opened_again(phone: Phone, venue: Venue) -> None:
    (ticket,) = venue.tickets("山田 花子")
    remember = """const open = indexedDB.open.bind(indexedDB);
        indexedDB.open = (name, version) => {
          const request = open(name, version);
          if (name === "kippu-door") request.addEventListener("success", () => (window.connection = request.result));
          return request;
        };"""
    phone.page.add_init_script(remember)
    phone.sign_in(venue.event)
    phone.network(on=False)
    phone.page.evaluate("window.connection.close()")
    phone.scan(venue.code(ticket), "ok", "オフラインで確認")
    phone.scan(venue.code(ticket), "already_used")


def test_two_phones_without_a_network_admit_one_ticket_twice_and_it_is_shown(phones: Phones, venue: Venue) -> None:
    (ticket,) = venue.tickets("<img src=x onerror=alert(1)>")
    one, other = phones.new(), phones.new()
    for phone in (one, other):
        phone.sign_in(venue.event)
        phone.network(on=False)
        phone.scan(venue.code(ticket), "ok")
        # The machine has one camera, which only starts again when nobody uses it.
        phone.go_to("settings")
    one.network(on=True)
    unsent(one, 0)
    expect(one.page.locator("#notice-count")).to_have_text("")
    other.network(on=True)
    unsent(other, 0)
    other.go_to("records")
    notice = other.page.locator("#notices li")
    expect(notice).to_contain_text("二重入場")
    expect(notice).to_contain_text(venue.seat(ticket))
    # A name is text, whatever it looks like.
    expect(notice).to_contain_text("<img src=x onerror=alert(1)>")
    assert [entry["duplicate"] for entry in venue.entries(ticket)] == [False, True]
    other.page.get_by_role("button", name="確認済みにする").click()
    expect(notice).to_have_count(0)


def test_what_is_cancelled_meanwhile_was_let_in_and_is_shown(phone: Phone, venue: Venue) -> None:
    (ticket,) = venue.tickets("山田 花子")
    code = venue.code(ticket)
    phone.sign_in(venue.event)
    phone.network(on=False)
    venue.stack.functions.call("cancelTicket", {"ticket_id": ticket}, "fan")
    phone.scan(code, "ok")
    phone.network(on=True)
    unsent(phone, 0)
    phone.go_to("records")
    expect(phone.page.locator("#notices li")).to_contain_text("キャンセル")
    [entry] = venue.entries(ticket)
    assert (entry["problem"], venue.document(ticket)["status"]) == ("cancelled", "cancelled")


def test_an_answer_after_the_time_limit_lets_nobody_in_twice(phone: Phone, venue: Venue) -> None:
    (ticket,) = venue.tickets("山田 花子")
    phone.sign_in(venue.event)
    held = phone.hold_back("validateTicket")
    phone.scan(venue.code(ticket), "ok", "オフラインで確認")
    # The server had let them in under the same id.
    assert len(held) == 1
    assert len(venue.entries(ticket)) == 1
    unsent(phone, 0)
    route, answer = held[0]
    route.fulfill(response=answer)
    phone.page.unroute("**/validateTicket")
    [entry] = venue.entries(ticket)
    assert entry["duplicate"] is False
    phone.scan(venue.code(ticket), "already_used")


@pytest.mark.parametrize("status", [500, 503, 429, 404, 403])
def test_a_server_out_of_order_is_like_no_network(phone: Phone, venue: Venue, status: int) -> None:
    (ticket,) = venue.tickets("山田 花子")
    phone.sign_in(venue.event)
    phone.page.route("**/validateTicket", lambda route: route.fulfill(status=status, body="<html>out of order</html>"))
    phone.scan(venue.code(ticket), "ok", "オフラインで確認")
    unsent(phone, 0)
    [entry] = venue.entries(ticket)
    assert entry["offline"] is True


def test_somebody_is_looked_up_let_in_by_hand_and_out_again(phone: Phone, venue: Venue) -> None:
    ticket, _ = venue.tickets("山田 花子<script>", "鈴木 一郎")
    phone.sign_in(venue.event)
    phone.go_to("find")
    phone.page.get_by_label("お名前").fill("山田")
    phone.page.get_by_role("button", name="検索する").click()
    row = phone.page.locator("#found li")
    expect(row).to_have_count(1)
    expect(row.get_by_role("heading")).to_have_text(f"山田 花子<script> · {venue.seat(ticket)}")
    row.get_by_role("button", name="入場させる").click()
    expect(phone.page.locator("#ask")).to_contain_text("山田 花子<script>")
    phone.page.locator("#ask-no").click()
    assert venue.entries(ticket) == []
    row.get_by_role("button", name="入場させる").click()
    phone.page.locator("#ask-yes").click()
    phone.says("ok", "山田 花子<script>")
    assert len(venue.entries(ticket)) == 1
    row.get_by_role("button", name="入場を取り消す").click()
    phone.page.locator("#ask-yes").click()
    expect(phone.page.locator("#find-says")).to_contain_text("取り消しました")
    assert venue.document(ticket)["status"] == "valid"
    phone.scan(venue.code(ticket), "ok")
    phone.network(on=False)
    phone.go_to("find")
    expect(phone.page.locator("#find-offline")).to_be_visible()


def test_at_another_event_nobody_is_shown_who_was_looked_up_before(phone: Phone, venue: Venue) -> None:
    (ticket,) = venue.tickets("山田 花子")
    phone.sign_in(venue.event)
    phone.scan(venue.code(ticket), "ok", "山田 花子")
    phone.go_to("find")
    phone.page.get_by_label("お名前").fill("山田")
    phone.page.get_by_role("button", name="検索する").click()
    expect(phone.page.locator("#found li")).to_have_count(1)
    expect(phone.page.locator("#last")).to_contain_text("山田 花子")
    phone.page.evaluate(f"location.hash = 'event={Venue.opened(venue.stack).event}'")
    expect(phone.page.locator("#found li")).to_have_count(0)
    expect(phone.page.locator("#last")).not_to_contain_text("山田")


def test_who_was_taken_off_the_list_scans_nothing_and_loses_nothing(phone: Phone, venue: Venue) -> None:
    first, second = venue.tickets("一", "二")
    phone.sign_in(venue.event)
    phone.network(on=False)
    phone.scan(venue.code(first), "ok")
    venue.staff({})
    # A minute at most: the functions read who may from memory.
    venue.stack.advance(61)
    phone.network(on=True)
    expect(phone.page.locator("#forbidden")).to_be_visible(timeout=SOON)
    unsent(phone, 1)
    phone.scan(venue.code(second), "notStaff")
    venue.staff({STAFF: {"gates": []}})
    venue.stack.advance(61)
    expect(phone.page.locator("#forbidden")).to_be_hidden(timeout=40_000)
    unsent(phone, 0)
    assert len(venue.entries(first)) == 1


def test_gates_and_re_entry(phone: Phone, stack: object, venue: Venue) -> None:
    tier = {"tier": "seat", "name": "指定席", "price": 0, "rows": [{"row": "A", "seats": 10}], "gates": ["北"]}
    gated = Venue.opened(venue.stack, tiers=[tier], reentry=True)
    gated.staff({STAFF: {"gates": ["北", "南"]}})
    (ticket,) = gated.tickets("一")
    phone.sign_in(gated.event)
    phone.scan(gated.code(ticket), "chooseGate")
    phone.page.locator("#gate").select_option("南")
    phone.scan(gated.code(ticket), "wrong_gate")
    phone.page.locator("#gate").select_option("北")
    phone.scan(gated.code(ticket), "ok")
    phone.scan(gated.code(ticket), "already_used")
    phone.page.locator("#direction").select_option("exit")
    phone.scan(gated.code(ticket), "ok", "退場を記録しました")
    phone.page.locator("#direction").select_option("entry")
    phone.network(on=False)
    phone.scan(gated.code(ticket), "ok")
    phone.scan(gated.code(ticket), "already_used")
    phone.page.locator("#gate").select_option("南")
    phone.scan(gated.code(ticket), "wrong_gate")
    phone.network(on=True)
    unsent(phone, 0)
    assert [entry["direction"] for entry in gated.entries(ticket)] == ["entry", "exit", "entry"]


def test_signing_in_and_out(phone: Phone, venue: Venue) -> None:
    page = phone.page
    page.goto(phone.url)
    page.get_by_label("メールアドレス").fill("staff-1@kippu.test")
    page.get_by_label("パスワード").fill("wrong")
    page.get_by_role("button", name="サインイン").click()
    says = page.locator("#sign-in-says")
    expect(says).to_have_text("メールアドレスまたはパスワードが違います。")
    page.get_by_role("button", name="パスワードを忘れた方").click()
    expect(says).to_contain_text("再設定用のメール")
    page.get_by_label("パスワード").fill("kippu-local")
    page.get_by_role("button", name="サインイン").click()
    page.get_by_label("イベントID").fill("no-such-event")
    page.get_by_role("button", name="開く").click()
    expect(page.locator("#event-says")).to_have_text("このイベントは見つかりません。")
    page.get_by_label("イベントID").fill(venue.event)
    page.get_by_role("button", name="開く").click()
    expect(page.locator("#event-title")).to_have_text("<b>夜の</b>音楽会")
    # It is remembered.
    page.goto("about:blank")
    page.goto(phone.url)
    expect(page.locator("#screen-scan")).to_be_visible(timeout=SOON)
    (ticket,) = venue.tickets("一")
    phone.network(on=False)
    phone.scan(venue.code(ticket), "ok")
    phone.go_to("settings")
    page.get_by_role("button", name="サインアウト").click()
    expect(page.locator("#ask")).to_contain_text("未送信のスキャンが1件")
    page.locator("#ask-no").click()
    expect(page.locator("#screen-settings")).to_be_visible()
    page.get_by_role("button", name="サインアウト").click()
    page.locator("#ask-yes").click()
    expect(page.locator("#screen-sign-in")).to_be_visible()
    phone.network(on=True)
    phone.sign_in(venue.event)
    unsent(phone, 0)
    assert len(venue.entries(ticket)) == 1


@pytest.mark.parametrize("phone", ["en-GB"], indirect=True)
def test_in_english(phone: Phone, venue: Venue) -> None:
    page = phone.page
    page.goto(f"{phone.url}#event={venue.event}")
    page.get_by_label("E-mail").fill("staff-1@kippu.test")
    page.get_by_label("Password").fill("kippu-local")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#camera-says")).to_have_text("Point the camera at a QR code", timeout=SOON)
    assert page.locator("html").get_attribute("lang") == "en"
    phone.scan("something else", "invalid", "Not a valid ticket")


def test_everything_works_by_keyboard(phone: Phone, venue: Venue) -> None:
    page = phone.page
    page.goto(f"{phone.url}#event={venue.event}")
    expect(page.locator("#screen-sign-in")).to_be_visible(timeout=SOON)
    page.get_by_label("メールアドレス").focus()
    for keys in ("staff-1@kippu.test", "Tab", "kippu-local", "Enter"):
        page.keyboard.press(keys) if keys in ("Tab", "Enter") else page.keyboard.type(keys)
    expect(page.locator("#screen-scan")).to_be_visible(timeout=SOON)
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.dataset.screen ?? document.activeElement.id"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") in ("solid", "none", "auto")
    assert {"scan", "find", "records", "settings"} <= seen
    phone.look_at("something else")
    expect(phone.answer).to_be_visible(timeout=SOON)
    assert page.evaluate("document.activeElement.closest('#answer') !== null")
    page.keyboard.press("Enter")
    expect(phone.answer).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_has_a_fault_that_axe_finds(phone: Phone, venue: Venue, scheme: str) -> None:
    axe = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    page = phone.page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    def check(name: str) -> None:
        page.evaluate(axe.read_text("utf-8"))
        found = page.evaluate("axe.run().then((it) => it.violations.map((one) => [one.id, one.nodes[0].html]))")
        assert (name, found) == (name, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    page.goto(phone.url)
    expect(page.locator("#screen-sign-in")).to_be_visible(timeout=SOON)
    check("sign-in")
    ticket, _ = venue.tickets("山田 花子", "山田 太郎")
    phone.sign_in(venue.event)
    check("scan")
    for text in (venue.code(ticket), "something else"):
        phone.look_at(text)
        expect(phone.answer).to_be_visible(timeout=SOON)
        check("answer")
        expect(phone.answer).to_be_hidden(timeout=SOON)
    phone.look_at(None)
    phone.go_to("find")
    page.get_by_label("お名前").fill("山田")
    page.get_by_role("button", name="検索する").click()
    expect(page.locator("#found li")).to_have_count(2)
    check("find")
    page.get_by_role("button", name=re.compile("入場させる")).first.click()
    check("ask")
    page.locator("#ask-no").click()
    for screen in ("records", "settings"):
        phone.go_to(screen)
        check(screen)
    page.get_by_role("button", name="イベントを変える").click()
    check("event")


def test_control_what_must_not_happen_is_noticed(phone: Phone) -> None:
    page = phone.page
    page.goto(phone.url)
    expect(page.locator("#screen-sign-in")).to_be_visible(timeout=SOON)
    page.evaluate("fetch('https://evil.example/x').catch(() => {})")
    assert any("Content Security Policy" in complaint for complaint in phone.complaints)
    phone.complaints.clear()
    with pytest.raises(Exception, match="TrustedHTML"):
        page.evaluate("document.body.innerHTML = '<img src=x onerror=alert(1)>'")
    assert phone.complaints
    phone.complaints.clear()


def test_every_file_has_the_headers_of_hosting(venue: Venue, hosting: str) -> None:
    for path in ("/door/", "/door/main.js", "/door/sw.js", "/door/vendor/qr/decode.js"):
        wanted = {name.lower(): value for name, value in DOOR.headers(path).items()}
        for site in (venue.stack.door.origin, hosting):
            answer = httpx.get(f"{site}{path}", trust_env=False, timeout=60)
            assert answer.status_code == 200
            assert {name: answer.headers.get(name) for name in wanted} == wanted
