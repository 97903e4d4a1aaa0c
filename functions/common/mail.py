"""Mails, as documents in the format of Firebase's Trigger Email extension, which sends and then marks them.

They are off unless ``MAIL`` is on. Firebase Authentication says whom to write to. Where it does not answer, or knows no
address, the extension looks into ``users/{uid}``; if there is none either, it says so on that mail alone.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from common import clock, documents, log, pages
from common.deadline import Deadline
from common.documents import Unit
from common.params import MAIL

_COLLECTION = "mail"
PAUSE = timedelta(seconds=30)
"""How long nobody is looked up after that failed: nothing waits for it again and again."""

_silent_until: datetime | None = None


def send(unit: Unit, id_: str, *, to: str, subject: str, lines: Sequence[str], now: datetime) -> None:
    """Plan a mail, if mails are on.

    Args:
        id_: the document's id: what happens once is written once, however often it is retried.
        to: the uid that is told.
        lines: paragraphs of plain text. No codes, tokens or links to pay.
    """
    if not MAIL.value:
        return
    message = {
        "subject": " ".join(subject.split()),
        "text": "\n\n".join(lines),
        "html": "".join(f"<p>{html.escape(line)}</p>" for line in lines),
    }
    unit.create_unread(
        documents.ref(_COLLECTION, id_), {**_recipient(to), "user_id": to, "message": message, "created_at": now}
    )


def _recipient(uid: str) -> dict[str, Any]:
    address = _look_up(uid)
    return {"toUids": [uid]} if address is None else {"to": [address]}


def _look_up(uid: str) -> str | None:
    global _silent_until  # one for the instance
    if _silent_until is not None and clock.now() < _silent_until:
        return None
    # Here, because only an instance that writes mails needs it.
    from firebase_admin.exceptions import FirebaseError

    from common import sign_ins

    try:
        return sign_ins.address(uid)
    except FirebaseError as error:
        _silent_until = clock.now() + PAUSE
        log.warning("address not looked up", uid=uid, problem=error.code)
        return None


def forget(uid: str, deadline: Deadline) -> None:
    """Delete the mails to a user."""
    addressed = FieldFilter("user_id", "==", uid)
    pages.delete_all(documents.collection(_COLLECTION).where(filter=addressed), deadline)


def try_again() -> None:
    """Look addresses up, whatever failed before."""
    global _silent_until
    _silent_until = None
