"""People with the app in their hand: what they do is a request over HTTP and a step of the timeline."""

from __future__ import annotations

from typing import Any

from devkit.client import CallableError
from devkit.demo.stage import Answer, Stage, expect
from devkit.errors import DevkitError

_SHOWN = {
    "createPaymentIntent": "{status}, {amount:,} JPY\n{payment_intent_id}\nticket {ticket_id}",
    "confirmTicket": "{status}, code {ticket_code}\nvalid until {expires_at:.16}Z",
    "redeemTicketCode": "ticket {ticket_status}, room {status}\nroom {chat_room_id}",
    "answerConsultation": "ticket {ticket_status}, room {status}",
    "endConsultation": "ticket {ticket_status}, room {status}",
    "capturePaymentIntent": "{status}, {amount_captured:,} of {amount:,} JPY",
    "createTicketCodes": "code {codes[0]}\nvalid until {valid_until:.16}Z",
    "issueSecureQR": "a code for {refresh_after_seconds} seconds",
    "verifySecureQR": "valid, {type} of {target_id}",
    "requestPointAward": "{status}, {points:,} points for {amount:,} JPY",
    "awardPoints": (
        "{points:,} points, {previous_total_points:,} -> {new_total_points:,} ever earned\n"
        "stamp {stamp[count]} of {stamp[store_name]}"
    ),
    "usePoints": "{points_used:,} points paid, {available_points:,} left",
}
"""What the timeline shows of a callable's answer, a line for a line."""


class Person:
    """Somebody with the app in their hand."""

    def __init__(self, stage: Stage, uid: str, **claims: Any) -> None:
        self._stage = stage
        self.uid = uid
        self._claims = claims

    def calls(self, function: str, leads_to: str | None = None, **data: Any) -> Answer:
        """Call a function; `leads_to` is the status that the ticket (or else what was answered) must have then."""
        answer: Answer = self._call(function, data)
        self._stage.tell(self.uid, function, _SHOWN[function].format(**answer))
        if leads_to is not None:
            expect(f"{function} by {self.uid}", answer.get("ticket_status", answer.get("status")), leads_to)
        return answer

    def is_refused(self, function: str, reason: str, **data: Any) -> None:
        """Call a function that must refuse with `reason`."""
        try:
            answer = self._call(function, data)
        except CallableError as refused:
            self._stage.tell(self.uid, function, f"refused, {refused.reason}\n{refused.message}")
            expect(f"{function} by {self.uid}", refused.reason, reason)
        else:
            raise DevkitError(f"{function} by {self.uid} must be refused, but answered {answer}")

    def _call(self, function: str, data: Answer) -> Answer:
        english = {"Accept-Language": "en"}
        answer: Answer = self._stage.stack.call(function, data, uid=self.uid, claims=self._claims, headers=english)
        return answer
