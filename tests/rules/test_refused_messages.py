"""A message that the rules refuse is explained by what docs/flutterflow.md has the app look at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.flutterflow_pages import JAPANESE
from tests.support.pages import FLUTTERFLOW, codes, section, table

from . import messages
from .people_and_documents import BUYER, DOCUMENTS, PAST, PEOPLE, TICKET
from .rest import SERVER_TIME, Database, Fields, Ref

ROOM = "chat_rooms/buyer.6t1r9q4z"
OPEN = DOCUMENTS[f"chat_rooms/{TICKET}"]
GOOD: Fields = {"sender_ref": BUYER, "text": "相談したいです", "created_at": SERVER_TIME}
PICTURE = "https://example.com/photo.jpg"
ACTION = section(FLUTTERFLOW, "sendMessage")

CAUSES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "blank": [({}, {"text": ""})],
    "too_long": [({}, {"text": "あ" * 2001}), ({}, {"text": "🎫" * 1001, "image_url": PICTURE})],
    "picture": [({}, {"image_url": PICTURE.ljust(2001, "x")})],
    "not_started": [({"status": "pending"}, {})],
    "ended": [({"status": "ended"}, {}), ({"ends_at": PAST}, {"image_url": PICTURE})],
    "cancelled": [({"status": "cancelled"}, {})],
    "no_room": [({"user_ref": Ref("users/other")}, {})],
}
"""How the room and the message differ from those that are good."""


def dart(name: str) -> str:
    """The text that a top-level constant of the action is."""
    found = re.search(rf"{name} = (?:RegExp\(\s*r(['\"])(.*?)\1|(\d+))", ACTION)
    assert found, name
    return found[2] or found[3]


def dart_map(name: str) -> dict[str, str]:
    found = re.search(rf"const {name} = {{(.*?)}};", ACTION, flags=re.S)
    assert found, name
    return dict(re.findall(r"'(\w+)': '([^']*)'", found[1]))


def is_visible(letter: str) -> bool:
    """Whether the action's pattern matches the character. Python's own patterns know no categories of Unicode."""
    listed = re.fullmatch(r"\[\^(.*)\]", dart("_visible"))
    assert listed
    kinds = re.findall(r"\\p{(\w+)}", listed[1])
    letters = re.sub(
        r"\\u(?:{(\w+)}|(\w{4}))", lambda code: chr(int(code[1] or code[2], 16)), re.sub(r"\\p{\w+}", "", listed[1])
    )
    return not unicodedata.category(letter).startswith(tuple(kinds)) and not re.fullmatch(f"[{letters}]", letter)


def utf16(value: str) -> int:
    """What Dart calls the length of a text."""
    return len(value.encode("utf-16-le")) // 2


def wrong_with(message: Fields) -> str | None:
    """What the action finds in the message."""
    longest = int(dart("_longest"))
    text, picture = message["text"], message.get("image_url", "")
    if not any(map(is_visible, text)):
        return "blank"
    if utf16(text) > longest:
        return "too_long"
    # In Dart, the end of a pattern is the very end of the text.
    pattern = dart("_picture").removeprefix("^").removesuffix("$")
    good = not picture or (utf16(picture) <= longest and re.fullmatch(pattern, picture))
    return None if good else "picture"


def explained(database: Database, room: Fields | None, message: Fields) -> str:
    """The reason that the action gives for a message that was refused to the buyer."""
    found = wrong_with(message)
    if found is None and (room is None or not database.may_get(PEOPLE["buyer"], ROOM)):
        return "no_room"
    return found or dart_map("_byStatus").get(str((room or {}).get("status")), "no_room")


def sent(database: Database, room: Fields | None, message: Fields) -> bool:
    database.seed({ROOM: room, f"{ROOM}/messages/new": None})
    return database.may_set(PEOPLE["buyer"], f"{ROOM}/messages/new", message)


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_is_refused_by_the_rules_and_found_by_the_app(database: Database, cause: str) -> None:
    for room_change, message_change in CAUSES[cause]:
        room, message = {**OPEN, **room_change}, {**GOOD, **message_change}
        assert not sent(database, room, message)
        assert explained(database, room, message) == cause


def test_a_room_that_does_not_exist_is_found_by_the_app(database: Database) -> None:
    assert not sent(database, None, GOOD)
    assert explained(database, None, GOOD) == "no_room"


@pytest.mark.parametrize("message", [GOOD, {**GOOD, "image_url": PICTURE}], ids=["text", "picture"])
def test_control_nothing_is_found_wrong_with_a_good_message(database: Database, message: Fields) -> None:
    assert sent(database, OPEN, message)
    assert wrong_with(message) is None


def as_the_app_sends_them() -> Iterator[tuple[bool, Fields]]:
    """The messages of the rules' own cases that differ in what a user can choose, and whether they are accepted."""
    for case in messages.cases():
        role, room, message = case.attempt.args  # type: ignore[attr-defined]
        chosen = [message.get(field, "") for field in ("text", "image_url")]
        given = {field: value for field, value in message.items() if field not in ("text", "image_url")}
        usual = given == {field: value for field, value in GOOD.items() if field != "text"}
        if (
            role == "buyer"
            and room is OPEN
            and usual
            and "text" in message
            and all(isinstance(it, str) for it in chosen)
        ):
            yield case.allowed, message


def test_whatever_the_rules_refuse_in_a_message_is_found_by_the_app() -> None:
    refused = [message for allowed, message in as_the_app_sends_them() if not allowed]
    assert refused
    assert [message for message in refused if wrong_with(message) not in ("blank", "too_long", "picture")] == []


def test_nothing_is_found_wrong_with_what_the_rules_accept() -> None:
    accepted = [message for allowed, message in as_the_app_sends_them() if allowed]
    https = [message for message in accepted if message.get("image_url", "https://").startswith("https://")]
    assert https
    assert [message for message in https if wrong_with(message) is not None] == []


def test_every_cause_has_its_text_and_its_row_and_is_shown_here() -> None:
    reasons = set(dart_map("_messages"))
    assert reasons == {*CAUSES, "offline", "signed_out", "failed"}
    for page in (FLUTTERFLOW, JAPANESE):
        assert {codes(row[0])[0] for row in table(section(page, "sendMessage"), "reason")} == reasons
    assert set(dart_map("_byStatus").values()) <= reasons
    assert all(re.search(r"[ぁ-んァ-ン一-龥]", message) for message in dart_map("_messages").values())


@pytest.mark.parametrize("blank", [" ", "\u3000", "\n", "\0", "\u200b", "\u200d\ufe0f", " \u3000\t\u3164\u2800"])
def test_what_shows_nothing_is_called_blank(blank: str) -> None:
    assert wrong_with({**GOOD, "text": blank}) == "blank"
    assert wrong_with({**GOOD, "text": f"{blank}あ{blank}"}) is None


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:image/png;base64,AA", "http://example.com/a", "a b"])
def test_what_is_no_address_of_a_picture_is_called_so(address: str) -> None:
    assert wrong_with({**GOOD, "image_url": address}) == "picture"
