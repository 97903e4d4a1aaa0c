"""What a ticket's two people are told. One transition notifies once, however often it is retried."""

from __future__ import annotations

from datetime import datetime

from common import push
from common.documents import Unit
from consultation.states import PENDING, Event
from consultation.ticket import Ticket

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
    """Plan the notification of a ticket's change, if it has one."""
    message = _MESSAGES.get(event)
    unpaid = event == Event.EXPIRE and ticket.state == PENDING
    if message is None or unpaid:
        return
    who, title, text = message
    told, sender = (ticket.imecon, ticket.buyer) if who == "imecon" else (ticket.buyer, ticket.imecon)
    push.send(
        unit,
        f"{ticket.id}_{version}",
        to=told,
        sender=sender,
        title=title,
        text=text,
        page=ticket.terms.page,
        parameters={"chatRoomId": ticket.room_id, "ticketType": ticket.type},
        now=now,
    )
