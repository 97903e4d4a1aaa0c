"""One line in the log for each call: who called, the ids it was about, how it ended and how long it took.

Only ids are logged: no code, token, secret or text of a person. A request may have anything in the place of an id, so
what does not look like one is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from common import ids, log
from common.alerts import Alert
from common.errors import Refusal

_RECORD = r".+\.[0-9a-f]{24}"
_AWARD = rf".+\.{ids.NONCE}"
_USAGE = rf"(.+\.)?{ids.NONCE}_.+"

LOGGED_IDS = {
    "ticket_id": ("ticket", rf"{_RECORD}|[0-9a-f]{{40}}\.[0-9]{{1,2}}"),
    "chat_room_id": ("chatRoom", _RECORD),
    "payment_intent_id": ("paymentIntent", r"pi_[A-Za-z0-9]+"),
    "purchase_id": ("purchase", ids.PURCHASE),
    "device_id": ("device", r"[A-Za-z0-9._:-]+"),
    "event_id": ("event", r"ev-[0-9a-f]{20}"),
    "order_id": ("order", r"[0-9a-f]{40}"),
    "imecon_id": ("imecon", ids.PLAIN),
    "store_id": ("store", ids.PLAIN),
    "reader_id": ("reader", ids.PLAIN),
    "target_id": ("target", ids.PLAIN),
    "user_id": ("user", ids.PLAIN),
    "award_id": ("award", _AWARD),
    "usage_id": ("usage", _USAGE),
    "transaction_id": ("transaction", rf"{_AWARD}|{_USAGE}"),
}
"""The fields of requests, answers and details that are logged: under which name, and what their ids look like."""

_LOOKS = {field: (name, re.compile(pattern)) for field, (name, pattern) in LOGGED_IDS.items()}
_SECRET = re.compile(rf"secret|\b(sk|rk|whsec)_|eyJ|{ids.PURCHASE}\.", re.IGNORECASE)
_CODE_OR_CARD = re.compile(r"[0-9A-Za-z]{12}|[0-9A-Za-z]{16}|[0-9]{13,19}")
_SEPARATORS = re.compile(r"[^0-9A-Za-z]")


def about(request: Mapping[str, Any]) -> None:
    """Let every further line of this request name the ids among the fields that it came with."""
    log.about(**known_ids(request))


def succeeded(answer: Mapping[str, Any]) -> None:
    """The line of a call that was served, from the fields of its answer."""
    log.info("call", **known_ids(answer), outcome="ok", ms=log.elapsed_ms())


def refused(refusal: Refusal) -> None:
    """The line of a call that was not: an error if that is our own fault."""
    reason = refusal.reason
    what = {**known_ids(refusal.details), "reason": reason.name, "status": reason.status, "ms": log.elapsed_ms()}
    if reason.status == "INTERNAL":
        log.error(Alert.REFUSED_INTERNALLY, **what)
    else:
        log.info("refused", **what)


def known_ids(fields: Mapping[str, Any]) -> dict[str, str]:
    """Those of the fields that may be logged, by the names that the log has for them."""
    return {
        name: value
        for field, (name, pattern) in _LOOKS.items()
        if isinstance(value := fields.get(field), str) and pattern.fullmatch(value) and not _may_be_secret(value)
    }


def _may_be_secret(value: str) -> bool:
    """Whether it could be the code of a ticket or a licence, a card number, a key or a token in the wrong field."""
    return bool(_SECRET.search(value) or _CODE_OR_CARD.fullmatch(_SEPARATORS.sub("", value)))
