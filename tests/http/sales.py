"""Tickets brought to a state through the functions themselves, over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from devkit.stack import Stack


@dataclass(frozen=True)
class Sale:
    """One ticket's ids, as its people's apps know them. `code` is empty while the ticket is unpaid."""

    payment: str
    room: str
    secret: str
    code: str = ""


def sell(stack: Stack, buyer: str, status: str, imecon: str = "imecon-1") -> Sale:
    """A ticket of `buyer` in `status`: pending_payment, authorized, used, active or completed."""
    bought = stack.call("createPaymentIntent", {"imeconId": imecon}, buyer)
    sale = Sale(bought["payment_intent_id"], bought["ticket_id"], bought["client_secret"])
    if status == "pending_payment":
        return sale
    stack.simulator.confirm(sale.payment, payment_method="pm_card_visa")
    held: dict[str, Any] = stack.call("confirmTicket", {"paymentIntentId": sale.payment}, buyer)
    sale = Sale(sale.payment, sale.room, sale.secret, held["ticket_code"])
    if status != "authorized":
        stack.call("redeemTicketCode", {"ticketCode": sale.code}, buyer)
    if status in ("active", "completed"):
        stack.call("answerConsultation", {"chatRoomId": sale.room, "accept": True}, imecon)
    if status == "completed":
        stack.call("endConsultation", {"chatRoomId": sale.room}, buyer)
    # The webhooks of all this must not arrive in the middle of what a test compares.
    assert stack.simulator.wait_idle()
    return sale
