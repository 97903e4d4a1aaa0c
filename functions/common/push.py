"""Notifications, as documents in FlutterFlow's own push format that its deployed trigger sends."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from common import documents, pages
from common.deadline import Deadline
from common.documents import Unit
from common.params import PUSH_NOTIFICATIONS

_COLLECTION = "ff_user_push_notifications"


def send(
    unit: Unit,
    id_: str,
    *,
    to: str,
    sender: str,
    title: str,
    text: str,
    page: str,
    parameters: dict[str, Any],
    now: datetime,
) -> None:
    """Plan a notification, if pushes are on.

    Args:
        id_: the document's id: what happens once notifies once, however often it is retried.
        to: the uid that is told.
        text: names no amount and no code: it appears on lock screens.
        page: the app's page that the notification opens, with its parameters.
    """
    if not PUSH_NOTIFICATIONS.value:
        return
    unit.create_unread(
        documents.ref(_COLLECTION, id_),
        {
            "notification_title": title,
            "notification_text": text,
            "notification_sound": "default",
            "user_refs": documents.user_ref(to).path,
            "sender": documents.user_ref(sender),
            "initial_page_name": page,
            "parameter_data": json.dumps(parameters),
            "timestamp": now,
        },
    )


def forget(uid: str, deadline: Deadline) -> None:
    """Delete the notifications of a user."""
    addressed = FieldFilter("user_refs", "==", documents.user_ref(uid).path)
    pages.delete_all(documents.collection(_COLLECTION).where(filter=addressed), deadline)
