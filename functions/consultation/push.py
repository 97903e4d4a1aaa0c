"""Notifications, as documents in FlutterFlow's own push format that its deployed trigger sends.

A document's id is ``{ticket}_{version}``, so one transition notifies once, however often it is retried.
"""

from __future__ import annotations

import json
from datetime import datetime

from common import store
from common.params import PUSH_NOTIFICATIONS
from common.store import Unit
from consultation.machine import PENDING, Event
from consultation.ticket import Ticket, user_ref

# event -> (who is told, title, text). Texts name no amount and no code: they appear on lock screens.
_MESSAGES: dict[str, tuple[str, str, str]] = {
    Event.HOLD_PLACED: ("imecon", "新しい相談の申し込み", "相談チケットが購入されました。"),
    Event.REDEEM: ("imecon", "相談の承認待ち", "チケットが使用されました。承認すると相談が始まります。"),
    Event.REOPEN: ("imecon", "相談が再開されました", "チャットルームで相談が再開されました。"),
    Event.ACCEPT: ("buyer", "相談が始まりました", "コンサルタントが相談を承認しました。"),
    Event.DECLINE: ("buyer", "相談が辞退されました", "お支払いは確定されません。"),
    Event.EXPIRE: ("buyer", "チケットの有効期限切れ", "期限内に利用されなかったため、お支払いは確定されません。"),
    Event.CAPTURED: ("buyer", "ご相談ありがとうございました", "相談が終了し、お支払いが確定しました。"),
}


def notify(unit: Unit, ticket: Ticket, event: str, version: int, now: datetime) -> None:
    """Plan the notification of a ticket's change, if it has one and pushes are on."""
    message = _MESSAGES.get(event)
    unpaid = event == Event.EXPIRE and ticket.state == PENDING
    if message is None or unpaid or not PUSH_NOTIFICATIONS.value:
        return
    who, title, text = message
    told, sender = (ticket.imecon, ticket.buyer) if who == "imecon" else (ticket.buyer, ticket.imecon)
    unit.add(
        store.ref("ff_user_push_notifications", f"{ticket.id}_{version}"),
        {
            "notification_title": title,
            "notification_text": text,
            "notification_sound": "default",
            "user_refs": user_ref(told).path,
            "sender": user_ref(sender),
            "initial_page_name": "DMRoom",
            "parameter_data": json.dumps({"chatRoomId": ticket.room_id}),
            "timestamp": now,
        },
    )
