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
    "image_url of 2000 characters": (True, _with(_GOOD, image_url="u" * 2000)),
    "without text": (False, _with(_GOOD, text=_MISSING)),
    "text empty": (False, _with(_GOOD, text="")),
    "text of 2001 characters": (False, _with(_GOOD, text="あ" * 2001)),
    "text not a string": (False, _with(_GOOD, text=["a", "b"])),
    "image_url of 2001 characters": (False, _with(_GOOD, image_url="u" * 2001)),
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
    answer = _with(_GOOD, sender_ref=CONSULTANT)
    yield Case("answer as consultant", "own name", True, partial(_attempt, "consultant", _OPEN, answer))
    yield Case("answer as consultant", "buyer's name", False, partial(_attempt, "consultant", _OPEN, _GOOD))
