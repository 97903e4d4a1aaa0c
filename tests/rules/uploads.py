"""Files of Storage: who may upload, see and delete what. A file is a document here (storage.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from .case import Case
from .people_and_documents import PEOPLE
from .rest import Database, Fields

MEBIBYTE: Final = 1024 * 1024
FOLDER: Final = "users/buyer/uploads"
_SENT: Final = f"{FOLDER}/1712345678901234.jpg"
_NEW: Final = f"{FOLDER}/1712345678901235_0.png"
_PICTURE: Final[Fields] = {"contentType": "image/png", "size": 200_000}

FILES: Final[dict[str, Fields]] = {
    _SENT: _PICTURE,
    "users/buyer/uploads/folder/below/picture.png": _PICTURE,
    "users/buyer/avatar/picture.png": _PICTURE,
    "public/picture.png": _PICTURE,
}

_UPLOADS: Final[dict[str, tuple[bool, Fields]]] = {
    **{
        f"image/{kind}": (True, {**_PICTURE, "contentType": f"image/{kind}"})
        for kind in ("gif", "heic", "heif", "jpeg", "png", "webp")
    },
    "1 byte": (True, {**_PICTURE, "size": 1}),
    "10 MiB": (True, {**_PICTURE, "size": 10 * MEBIBYTE}),
    "nothing": (False, {**_PICTURE, "size": 0}),
    "10 MiB and a byte": (False, {**_PICTURE, "size": 10 * MEBIBYTE + 1}),
    "1 GiB": (False, {**_PICTURE, "size": 1024 * MEBIBYTE}),
    **{
        f"type {kind!r}": (False, {**_PICTURE, "contentType": kind})
        for kind in (
            "image/svg+xml", "image/*", "image/", "image", "image/png; charset=utf-8", "image/png\n", "IMAGE/PNG",
            "ximage/png", "image/pngx",
            "text/html", "application/pdf", "application/octet-stream", "video/mp4", "audio/mpeg", "",
        )
    },
    "no type": (False, {"size": 200_000}),
}  # fmt: skip

_ELSEWHERE: Final = (
    "users/other/uploads/1.png",
    "users/buyer/avatar/1.png",
    "users/buyer/uploads/folder/below/1.png",
    "uploads/1.png",
    "users/buyer",
    "chat_rooms/buyer.7f3k9x2m/uploads/1.png",
)
_Attempt = Callable[[Database], bool]


def _put(role: str, path: str, file: Fields, database: Database) -> bool:
    answer = database.may_set(PEOPLE[role], path, file)
    database.seed({path: FILES.get(path)})
    return answer


def _delete(role: str, path: str, database: Database) -> bool:
    answer = database.may_delete(PEOPLE[role], path)
    database.seed({path: FILES.get(path)})
    return answer


def _list(role: str, database: Database) -> bool:
    return database.may_query(PEOPLE[role], FOLDER, {"from": [{"collectionId": "uploads"}]})


def _look(role: str, path: str, database: Database) -> bool:
    return database.may_get(PEOPLE[role], path)


def cases() -> Iterator[Case]:
    """Every person at a good picture, its owner with every kind of file, and with every other place."""
    for role in PEOPLE:
        mine = role == "buyer"
        yield Case("upload a picture", role, mine, partial(_put, role, _NEW, _PICTURE))
        yield Case("upload over a picture", role, False, partial(_put, role, _SENT, _PICTURE))
        yield Case("see a picture", role, mine, partial(_look, role, _SENT))
        yield Case("look for a picture that is not there", role, mine, partial(_look, role, _NEW))
        yield Case("list the pictures", role, False, partial(_list, role))
        yield Case("delete a picture", role, mine, partial(_delete, role, _SENT))
    for name, (allowed, file) in _UPLOADS.items():
        yield Case("upload a file", name, allowed, partial(_put, "buyer", _NEW, file))
    for path in _ELSEWHERE:
        yield Case("upload elsewhere", path, False, partial(_put, "buyer", path, _PICTURE))
    for path in FILES:
        if path != _SENT:
            yield Case("see elsewhere", path, False, partial(_look, "buyer", path))
            yield Case("delete elsewhere", path, False, partial(_delete, "buyer", path))


def metadata_cases() -> Iterator[Case]:
    """Nobody changes what a picture says of itself, such as its type, once it was judged by it."""
    changes: tuple[dict[str, Any], ...] = ({"contentType": "text/html"}, {"cacheControl": "no-store"}, {"size": 1})
    for role in PEOPLE:
        for change in changes:
            yield Case("change metadata", f"{role} {change}", False, partial(_merge, role, change))


def _merge(role: str, change: Fields, database: Database) -> bool:
    answer = database.may_merge(PEOPLE[role], _SENT, change)
    database.seed({_SENT: _PICTURE})
    return answer
