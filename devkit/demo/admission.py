"""The stories of event tickets: a rush that sells out, payments that come late, and an event that is cancelled."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from devkit.client import CallableError
from devkit.demo.person import Buyer, Person
from devkit.demo.run import Answer, Demo, expect

ORDER = "event_order"
PRICE = 3000
_BUYERS, _AT_ONCE = 200, 16
_ROWS, _SEATS = "ABCDE", 20


class Organizer(Person):
    """Somebody who sells tickets to events."""

    def __init__(self, demo: Demo) -> None:
        super().__init__(demo, "organizer-1")

    def sells(self, title: str, tier: Answer) -> str:
        """Put an event with one tier on sale; returns its id."""
        begins = datetime.fromtimestamp(self._demo.stack.simulator.now(), UTC) + timedelta(days=30)
        about = {"title": title, "venue_name": "公会堂", "event_date": begins.isoformat(), "tiers": [tier]}
        event = str(self.calls("createEvent", "draft", organizer_id="org-1", **about)["event_id"])
        self.calls("publishEvent", "published", event_id=event)
        return event


class Fan(Buyer):
    """Somebody who wants places."""

    def wants(self, event: str, places: int = 1) -> Answer:
        """Order places; returns the order with its client secret."""
        items = [{"tier": "ga", "quantity": places}]
        order = self.calls("purchaseTicket", "pending_payment", event_id=event, request_id="first", items=items)
        return {**order, "payment_intent_id": order["payment_id"]}

    def confirms(self, order: Answer) -> Answer:
        return self.calls("confirmOrder", "paid", order_id=order["order_id"])

    def pays_late(self, order: Answer) -> None:
        self.pays(order, "pm_card_visa", leads_to="requires_capture")

    def _shown(self, function: str, answer: Answer) -> str:
        if function != "getUserTickets":
            return super()._shown(function, answer)
        tickets = [f"seat {ticket['seat_number']} {ticket['status']}" for ticket in answer["coming"]]
        return ", ".join(tickets) or "no tickets"

    def has(self, *statuses: str) -> None:
        """Their tickets, by what they are good for."""
        tickets = self.calls("getUserTickets")["coming"]
        expect(f"the tickets of {self.uid}", sorted(ticket["status"] for ticket in tickets), sorted(statuses))


def sold_out_rush(demo: Demo) -> None:
    """Two hundred want a hundred seats at once: each seat goes to one, and the others are told so."""
    with demo.story(
        "(n) Two hundred buyers for a hundred seats",
        "Everybody taps at once. A hundred have a seat of their own; the others read that it is sold out.",
    ):
        rows = [{"row": row, "seats": _SEATS} for row in _ROWS]
        event = Organizer(demo).sells("無料公演", {"tier": "seat", "name": "指定席", "price": 0, "rows": rows})
        answers: list[str | None] = []

        def buy(number: int) -> None:
            data = {"event_id": event, "request_id": "rush", "items": [{"tier": "seat", "quantity": 1}]}
            try:
                order = demo.stack.call("purchaseTicket", data, uid=f"fan-{number}")
            except CallableError as refused:
                expect("a refusal in the rush", refused.reason, "SOLD_OUT")
                answers.append(None)
            else:
                answers.append(order["tickets"][0]["seat_number"])

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(buy, range(_BUYERS)))
        sold = Counter(seat for seat in answers if seat is not None)
        demo.tell(f"{_BUYERS} fans", "purchaseTicket", _picture(answers, sold))
        expect("seats sold", len(sold), len(_ROWS) * _SEATS)
        expect("seats sold twice", [seat for seat, times in sold.items() if times > 1], [])


def _picture(answers: list[str | None], sold: Counter[str]) -> str:
    """The hall, a number for each seat: how often it was sold; then the answers as they came: a seat, or none."""
    hall = [
        f"{row}  {''.join(str(sold[f'{row}-{seat}']) for seat in range(1, _SEATS + 1))}  {_SEATS} seats"
        for row in _ROWS
    ]
    came = "".join("·" if seat is None else "#" for seat in answers)
    queue = [came[start : start + 50] for start in range(0, len(came), 50)]
    told = f"{came.count('#')} seats sold, {came.count('·')} times SOLD_OUT"
    return "\n".join([*hall, "", "as the answers came:", *queue, told])


def paid_too_late(demo: Demo) -> None:
    """A hold ends by the clock. Who pays late still has the place if nobody took it, and else their money."""
    nana, kaito, ren = (Fan(demo, uid) for uid in ("nana", "kaito", "ren"))
    with demo.story(
        "(o) Two payments that come too late",
        "Nana and Kaito hold both places, and dally. Nana has hers; Ren has Kaito's, who pays nothing.",
    ):
        event = Organizer(demo).sells("朗読会", {"tier": "ga", "name": "自由席", "price": PRICE, "size": 2})
        of_nana, of_kaito = nana.wants(event), kaito.wants(event)
        ren.is_refused(
            "purchaseTicket", "SOLD_OUT", event_id=event, request_id="early", items=[{"tier": "ga", "quantity": 1}]
        )
        demo.wait(minutes=13)
        nana.pays_late(of_nana)
        demo.webhooks_arrive(of_nana["order_id"], leads_to="paid", kind=ORDER)
        of_ren = ren.wants(event)
        ren.pays(of_ren, "pm_card_visa", leads_to="requires_capture")
        ren.confirms(of_ren)
        kaito.pays_late(of_kaito)
        demo.webhooks_arrive(of_kaito["order_id"], leads_to="expired", kind=ORDER)
        demo.sweep("settleOrders", of_kaito["order_id"], leads_to="expired", kind=ORDER)
        demo.webhooks_arrive(of_kaito["order_id"], leads_to="expired", kind=ORDER)
        nana.has("valid")
        kaito.has()


def cancelled_event(demo: Demo) -> None:
    """The organiser calls an event off: every order is refunded in full, by itself."""
    yui, sora = Fan(demo, "yui"), Fan(demo, "sora")
    with demo.story(
        "(p) An event that is cancelled",
        "Yui gives back one of two tickets, Sora has one. A typhoon comes, and all money goes back.",
    ):
        organizer = Organizer(demo)
        event = organizer.sells("野外音楽祭", {"tier": "ga", "name": "自由席", "price": PRICE, "size": 20})
        orders = [(yui, yui.wants(event, 2)), (sora, sora.wants(event))]
        for fan, order in orders:
            fan.pays(order, "pm_card_visa", leads_to="requires_capture")
            fan.confirms(order)
        yui.calls("cancelTicket", "cancelled", ticket_id=f"{orders[0][1]['order_id']}.0")
        organizer.calls("cancelEvent", "cancelled", event_id=event, reason="台風のため")
        for _, order in orders:
            demo.sweep("settleOrders", order["order_id"], leads_to="cancelled", kind=ORDER)
        demo.wait(minutes=5)
        demo.sweep("settleOrders", orders[0][1]["order_id"], leads_to="cancelled", kind=ORDER)
        yui.has("cancelled", "cancelled")
        sora.has("cancelled")


STORIES = (sold_out_rush, paid_too_late, cancelled_event)
