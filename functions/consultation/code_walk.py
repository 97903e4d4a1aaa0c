"""Codes, looked through: each paid one is its ticket's, and each that is given away counts its uses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from common import documents
from common.documents import Doc
from common.pages import ids_after
from consultation import invariants
from consultation.records import code_ref, redemption_ref
from consultation.ticket import Ticket
from consultation.walks import MOST, holding, read_there, tickets_of
from payments.domain import Compared, Walk


def _judge(ids: Sequence[str]) -> list[Compared | None]:
    """All uses of a page are counted at once: only if the sum differs, each code's own are."""
    codes = {code.id: code for code in read_there(map(code_ref, ids))}
    tickets = tickets_of(map(_ticket_of, codes.values()))
    given_away = [code for code in codes.values() if code["kind"] == "perk"]
    agreed = not given_away or sum(code["redeemed_count"] for code in given_away) == _uses_between(ids[0], ids[-1])

    def judged(id_: str) -> Compared | None:
        code = codes.get(id_)
        if code is None:
            return Compared(id_)
        if code["kind"] == "perk" and not agreed:
            return None
        return _compared(code, tickets.get(_ticket_of(code) or ""), code.get("redeemed_count", 0))

    return [judged(id_) for id_ in ids]


def _compare(id_: str) -> Compared:
    found = read_there([code_ref(id_)])
    if not found:
        return Compared(id_)
    (code,) = found
    ticket_id = _ticket_of(code)
    return _compared(code, tickets_of([ticket_id]).get(ticket_id or ""), _uses_between(id_, id_))


def _ticket_of(code: Doc) -> str | None:
    return code["ticket_ref"].id if code["kind"] == "ticket" else None


def _compared(code: Doc, ticket: Ticket | None, uses: int) -> Compared:
    tickets = {ticket.id: ticket} if ticket is not None and ticket.code == code.id else {}
    lines = holding(invariants.codes, tickets=tickets, codes={code.id: code.data}, redemptions={code.id: uses})
    return Compared(code.id, differences=tuple(lines))


def _uses_between(first: str, last: str) -> int:
    """How many uses the codes from one to another have together."""
    uses: Any = documents.client().collection_group("redemptions").order_by("__name__")
    # No uid sorts before a space or after this last of all characters that have a meaning of their own.
    uses = uses.start_at({"__name__": redemption_ref(first, " ")}).end_at({"__name__": redemption_ref(last, "\uf8ff")})
    return int(uses.count().get(timeout=documents.RPC_TIMEOUT_SECONDS)[0][0].value)


CODES = Walk("ticket_codes", partial(ids_after, "ticket_codes"), _compare, _judge, MOST, secret=True)
