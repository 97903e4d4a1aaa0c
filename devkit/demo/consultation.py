"""The consultation's stories: a ticket's money from the hold to the capture, and every other way it ends."""

from datetime import UTC, datetime, timedelta

from devkit.demo.person import Buyer, Person
from devkit.demo.run import Demo


def purchase_to_capture(demo: Demo) -> None:
    """The ordinary course: held, confirmed, redeemed, accepted, ended, captured."""
    buyer, consultant = Buyer(demo, "hanako"), Person(demo, "imecon-1")
    with demo.story(
        "(a) A purchase, from the hold to the capture",
        "Hanako pays, enters her ticket's code and talks for ten minutes. Only then is her card charged.",
    ):
        ticket = buyer.buys()
        room = buyer.meets(consultant, ticket["ticket_code"])
        demo.wait(minutes=10)
        buyer.calls("endConsultation", "completed", chat_room_id=room)


def unused_for_72_hours(demo: Demo) -> None:
    """The app is closed right after paying; the hold is voided after its deadline, and not a minute before."""
    buyer = Buyer(demo, "kenji")
    with demo.story(
        "(b) A ticket nobody used, voided after 72 hours",
        "Kenji pays and forgets. After three days his ticket has expired, and his card was never charged.",
    ):
        order = buyer.orders()
        buyer.pays(order, "pm_card_visa", leads_to="requires_capture")
        ticket = demo.webhooks_arrive(order["ticket_id"], leads_to="authorized")
        demo.wait(hours=71, minutes=59)
        demo.sweep("voidExpiredAuthorizations", order["ticket_id"], leads_to="authorized")
        demo.wait(minutes=2)
        demo.sweep("voidExpiredAuthorizations", order["ticket_id"], leads_to="cancelled")
        buyer.is_refused("redeemTicketCode", "TICKET_EXPIRED", ticket_code=ticket["ticket_code"])


def three_d_secure(demo: Demo) -> None:
    """The bank asks first; afterwards nobody ends the session, so the schedule does."""
    buyer, consultant = Buyer(demo, "yuki"), Person(demo, "imecon-1")
    with demo.story(
        "(c) A card with 3-D Secure, and a session that ends by itself",
        "Yuki's bank asks her to approve the payment. After half an hour of talking the room closes.",
    ):
        order = buyer.orders()
        buyer.pays(order, "pm_card_threeDSecure2Required", leads_to="requires_action")
        buyer.approves(order)
        ticket = buyer.confirms(order)
        buyer.meets(consultant, ticket["ticket_code"])
        demo.wait(minutes=30)
        demo.sweep("endOverdueSessions", ticket["ticket_id"], leads_to="completed")


def declined_then_paid(demo: Demo) -> None:
    """A second card on the same PaymentIntent; the consultant captures a part of the hold."""
    buyer, consultant = Buyer(demo, "sora"), Person(demo, "imecon-1")
    with demo.story(
        "(d) A declined card, then a good one, and a partial capture",
        "Sora's first card is declined; the sheet stays open, the second works. He is charged 3,000 JPY.",
    ):
        order = buyer.orders()
        buyer.pays(order, "pm_card_chargeDeclinedInsufficientFunds", leads_to="requires_payment_method")
        buyer.pays(order, "pm_card_mastercard", leads_to="requires_capture")
        buyer.meets(consultant, buyer.confirms(order)["ticket_code"])
        demo.wait(minutes=15)
        payment = order["payment_intent_id"]
        consultant.calls("capturePaymentIntent", "captured", payment_intent_id=payment, amount=3000)


def perk_code(demo: Demo) -> None:
    """A code that was given away: a consultation without a payment."""
    admin, buyer, consultant = Person(demo, "admin", admin=True), Buyer(demo, "mei"), Person(demo, "imecon-2")
    with demo.story(
        "(e) A perk code", "Mei types a code from a campaign and chooses a consultant. She talks without paying."
    ):
        until = datetime.fromtimestamp(demo.stack.simulator.now(), UTC) + timedelta(days=7)
        batch = admin.calls("createTicketCodes", count=1, max_redemptions=100, valid_until=until.isoformat())
        code = batch["codes"][0]
        room = buyer.meets(consultant, code, imecon_id="imecon-2")
        demo.wait(minutes=20)
        buyer.calls("endConsultation", "completed", chat_room_id=room)
        buyer.is_refused("redeemTicketCode", "CODE_ALREADY_REDEEMED", ticket_code=code, imecon_id="imecon-2")


def used_code(demo: Demo) -> None:
    """A code opens one room, for its buyer; the consultant declines, so the hold is voided."""
    buyer, stranger, consultant = Buyer(demo, "ren"), Person(demo, "stranger"), Person(demo, "imecon-1")
    with demo.story(
        "(f) A used code, redeemed again",
        "Ren's code opens one room, once, for him alone. The consultant declines; nothing is charged.",
    ):
        code = buyer.buys()["ticket_code"]
        stranger.is_refused("redeemTicketCode", "CODE_INVALID", ticket_code=code)
        room = buyer.calls("redeemTicketCode", "used", ticket_code=code)["chat_room_id"]
        buyer.is_refused("redeemTicketCode", "TICKET_ALREADY_USED", ticket_code=code)
        consultant.calls("answerConsultation", "cancelled", chat_room_id=room, accept=False)


STORIES = (purchase_to_capture, unused_for_72_hours, three_d_secure, declined_then_paid, perk_code, used_code)
