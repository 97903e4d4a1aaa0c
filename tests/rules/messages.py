"""chat_rooms/{room}/messages: a good message goes through, and each condition broken alone stops it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from .case import Case
from .people_and_documents import BUYER, CONSULTANT, DOCUMENTS, FUTURE, PAST, PEOPLE, TICKET
from .rest import SERVER_TIME, Database, Fields, Ref

# A room that no other case uses, so that each attempt may change it.
_ROOM: Final = "chat_rooms/buyer.2w8c5n1p"
_NEW: Final = f"{_ROOM}/messages/new"
_OPEN: Final = DOCUMENTS[f"chat_rooms/{TICKET}"]
_GOOD: Final[Fields] = {"sender_ref": BUYER, "text": "相談したいです", "created_at": SERVER_TIME}
_MISSING: Final = object()
_LONG_URL: Final = f"https://example.com/{'u' * 2000}"

_TEXTS: Final = (
    # What is short, strange to us, or newer than the tables of Unicode here, is content all the same.
    "あ", "ん?", "!", "…", "€", "1", "😀", "👨\u200d👩\u200d👧", "☎\ufe0f", "e\u0301", "สวัสดี", "नमस्ते", "\U0001fae9",
    "\n\n あ \n", "\u3000あ", "あ\u0000", "漢", "ﷺ", "ᄀ",
)  # fmt: skip
_BLANKS: Final = (
    # Each of these characters alone, and some together.
    *" \u3000\n\u0000\u0001\u001f\u007f\u0085\u00a0\u00ad\u0301\u034f\u061c\u115f\u1160\u1680\u17b4\u180b\u180e\u180f",
    *"\u2000\u2003\u2009\u200b\u2028\u2029\u202e\u202f\u205f\u2060\u2063\u2065\u2066\u2069\u2800\u3164\ue000\ufe0f\ufeff",
    *"\uffa0\ufff0\ufff9\U0001bca0\U0001d159\U0001d173\U000e0001\U000e0020\U000e0100\U000e0fff",
    "   ", "\u3000 \u3000", "\r\n\t", "\u0000\u0000", "\u200c\u200d", "\u200b" * 2000, " \u3000\n\u0000\u200b\u3164",
)  # fmt: skip

_UPLOADED: Final = (
    "https://firebasestorage.googleapis.com/v0/b/demo-kippu.appspot.com/o/users%2Fbuyer%2Fuploads%2F1712345678901234_0.jpg"
    "?alt=media&token=0f0e0d0c-0b0a-4909-8807-060504030201"
)
_PICTURES: Final = (
    "", _UPLOADED, "https://example.com", "https://example.com/", "https://example.com:8443/a", "https://example.com?a=b",
    "https://EXAMPLE.com/It's(1).JPG", "https://xn--fsq.example/%E5%86%99%E7%9C%9F.png#top",
)  # fmt: skip
_NO_PICTURES: Final = (
    "javascript:alert(1)", "JavaScript:alert(1)", "data:image/png;base64,AA==", "http://example.com/a.jpg", "HTTPS://example.com/a",
    "ftp://example.com/a", "file:///etc/passwd", "content://media/1", "blob:https://example.com/1", "intent://example.com",
    "//example.com/a.jpg", "/a.jpg", "a.jpg", "example.com/a.jpg", "https:example.com/a", "https:/example.com/a", "https://",
    "https:///a.jpg", "https://?a", "https://.", "https://user@example.com/a", "https://user:pass@example.com/a",
    "https://example.com:/a", "https://example.com/a b", " https://example.com/a", "https://example.com/a ", "https://example.com/a\n",
    "\nhttps://example.com/a", "https://example.com/\u0000", "https://example.com/\u202egpj.exe", "https://example.com/写真.jpg",
    "https://例え.jp/a", "https://example.com/<script>", 'https://example.com/"onload=', "https://example.com/a\\b",
    "https://example.com/`", "javascript:https://example.com/a", "https://example.com/a\njavascript:alert(1)",
    " ", "\u3000",
)  # fmt: skip


def _with(fields: Fields, **changes: Any) -> Fields:
    return {key: value for key, value in {**fields, **changes}.items() if value is not _MISSING}


_ROOMS: Final[dict[str, tuple[bool, Fields | None]]] = {
    "open": (True, _OPEN),
    "pending": (False, _with(_OPEN, status="pending")),
    "pending without ends_at": (False, _with(_OPEN, status="pending", ends_at=_MISSING)),
    "ended": (False, _with(_OPEN, status="ended")),
    "cancelled": (False, _with(_OPEN, status="cancelled")),
    "active but past ends_at": (False, _with(_OPEN, ends_at=PAST)),
    "active without ends_at": (False, _with(_OPEN, ends_at=_MISSING)),
    "active with ends_at null": (False, _with(_OPEN, ends_at=None)),
    "without status": (False, _with(_OPEN, status=_MISSING)),
    "missing": (False, None),
    "of another buyer": (False, _with(_OPEN, user_ref=Ref("users/other"))),
}

_MESSAGES: Final[dict[str, tuple[bool, Fields]]] = {
    "text of 1 character": (True, _with(_GOOD, text="あ")),
    "text of 2000 characters": (True, _with(_GOOD, text="あ" * 2000)),
    "with an image": (True, _with(_GOOD, image_url="https://example.com/photo.jpg")),
    # A list of rooms and a notification show the text alone, so a picture needs words too.
    "an image with a blank text": (False, _with(_GOOD, text="\u3000", image_url="https://example.com/photo.jpg")),
    "image_url of 2000 characters": (True, _with(_GOOD, image_url=_LONG_URL[:2000])),
    "without text": (False, _with(_GOOD, text=_MISSING)),
    "text empty": (False, _with(_GOOD, text="")),
    "text of 2001 characters": (False, _with(_GOOD, text="あ" * 2001)),
    "text not a string": (False, _with(_GOOD, text=["a", "b"])),
    "image_url of 2001 characters": (False, _with(_GOOD, image_url=_LONG_URL[:2001])),
    "image_url not a string": (False, _with(_GOOD, image_url=["u"])),
    "without sender_ref": (False, _with(_GOOD, sender_ref=_MISSING)),
    "sender_ref of the consultant": (False, _with(_GOOD, sender_ref=CONSULTANT)),
    "sender_ref a plain uid": (False, _with(_GOOD, sender_ref="buyer")),
    "sender_ref below oneself": (False, _with(_GOOD, sender_ref=Ref("users/buyer/badges/first_visit"))),
    "without created_at": (False, _with(_GOOD, created_at=_MISSING)),
    "created_at in the past": (False, _with(_GOOD, created_at=PAST)),
    "created_at in the future": (False, _with(_GOOD, created_at=FUTURE)),
    "created_at not a time": (False, _with(_GOOD, created_at="now")),
    "with another field": (False, _with(_GOOD, pinned=True)),
}


def _attempt(role: str, room: Fields | None, message: Fields, database: Database) -> bool:
    database.seed({_ROOM: room, _NEW: None})
    return database.may_set(PEOPLE[role], _NEW, message)


def cases() -> Iterator[Case]:
    """Messages sent to rooms in every state, and messages of every shape sent to an open room."""
    for name, (allowed, room) in _ROOMS.items():
        yield Case("send to a room", name, allowed, partial(_attempt, "buyer", room, _GOOD))
    for name, (allowed, message) in _MESSAGES.items():
        yield Case("send a message", name, allowed, partial(_attempt, "buyer", _OPEN, message))
    for group, field, values, allowed in (
        ("send a text", "text", _TEXTS, True),
        ("send a blank text", "text", _BLANKS, False),
        ("send a picture", "image_url", _PICTURES, True),
        ("send no picture", "image_url", _NO_PICTURES, False),
    ):
        for value in values:
            yield Case(
                group, ascii(value[:100]), allowed, partial(_attempt, "buyer", _OPEN, _with(_GOOD, **{field: value}))
            )
    answer = _with(_GOOD, sender_ref=CONSULTANT)
    yield Case("answer as consultant", "own name", True, partial(_attempt, "consultant", _OPEN, answer))
    yield Case("answer as consultant", "buyer's name", False, partial(_attempt, "consultant", _OPEN, _GOOD))
