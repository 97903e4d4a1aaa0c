"""The code that a ticket's QR shows: signed and verified here and nowhere else. Pure.

A JWT (EdDSA) with claims of one letter, so that it stays below 280 characters: ``t`` the ticket, ``g`` its generation,
``e`` the event (64 bits of a hash of its id), and ``s`` the seat as printed, or of an event whose codes rotate ``w``,
the minute since 1970 in which it was issued. It has no times of the event: those may change after it was issued.

Source: RFC 8037 (EdDSA in JOSE), RFC 8725 (best current practices for JWTs).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "EdDSA"
MAX_LENGTH = 280
MOST_IN_A_QR = 7089
"""Characters in the largest QR code: whatever a camera reads is judged, and not refused as too long."""
LONGEST_SEAT = 12
MINUTE_SECONDS = 60
_JWS = jwt.PyJWS(algorithms=[ALGORITHM])
# Three base64url parts, the last of 512 bits. Base64 has several spellings of the same bytes; a code has one, so the
# four bits that a signature's last letter has too many are zero.
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{85}[AQgw]")
_TICKET = re.compile(r"([A-Za-z0-9_-]{27})\.(0|[1-9][0-9]?)")
_EVENT = re.compile(r"[A-Za-z0-9_-]{11}")


class InvalidCode(ValueError):
    """It is no code of ours. Says why, and nothing of what it holds."""


@dataclass(frozen=True)
class TicketCode:
    """What a ticket's code says.

    Attributes:
        event: ``event_hash`` of the event's id.
        seat: as printed; None where it is too long to be in a code, or the code rotates.
        minute: since 1970, in which it was issued; None where codes do not rotate.
    """

    ticket_id: str
    generation: int
    event: str
    seat: str | None = None
    minute: int | None = None


def event_hash(event_id: str) -> str:
    """What a code says of its event: ids can be longer than there is room for."""
    return base64url(hashlib.sha256(event_id.encode()).digest()[:8])


def issue(code: TicketCode, kid: str, key: Ed25519PrivateKey) -> str:
    """The text of a ticket's QR code."""
    # The order of the names is part of a code, which may be printed: it must not change with the library's.
    return _JWS.encode(_json(_claims(code)), key, ALGORITHM, {"kid": kid}, sort_headers=True)


def verify(token: str, keys: Mapping[str, Ed25519PublicKey]) -> TicketCode:
    """What a code says, if it is one of ours.

    Raises:
        InvalidCode: it is not.
    """
    if len(token) > MAX_LENGTH or not _TOKEN.fullmatch(token):
        raise InvalidCode("malformed")
    try:
        header = json.loads(jwt.utils.base64url_decode(token.partition(".")[0]))
        kid = header.get("kid") if isinstance(header, dict) else None
        if not isinstance(kid, str) or kid not in keys:
            raise InvalidCode("unknown key")
        if header != _header(kid):
            raise InvalidCode("header")
        claims = json.loads(_JWS.decode(token, keys[kid], [ALGORITHM]))
    except InvalidCode:
        raise
    except jwt.InvalidSignatureError as error:
        raise InvalidCode("signature") from error
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise InvalidCode("malformed") from error
    code = _read(claims)
    # Readers of JSON differ in what they make of 1.0, of a name that stands twice, and of much else; a code has one
    # spelling, which a door without a network compares too.
    if token.rpartition(".")[0] != f"{base64url(_json(_header(kid)))}.{base64url(_json(_claims(code)))}":
        raise InvalidCode("spelling")
    return code


def code_of(token: str, keys: Mapping[str, Ed25519PublicKey]) -> TicketCode | None:
    """What a code says; ``None`` if it is none of ours."""
    try:
        return verify(token, keys)
    except InvalidCode:
        return None


def _header(kid: str) -> dict[str, Any]:
    return {"alg": ALGORITHM, "kid": kid, "typ": "JWT"}


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _claims(code: TicketCode) -> dict[str, Any]:
    order, _, number = code.ticket_id.rpartition(".")
    claims: dict[str, Any] = {
        "t": f"{base64url(bytes.fromhex(order))}.{number}",
        "g": code.generation,
        "e": code.event,
    }
    if code.minute is not None:
        claims["w"] = code.minute
    elif code.seat is not None and len(code.seat) <= LONGEST_SEAT:
        claims["s"] = code.seat
    return claims


def _read(claims: Any) -> TicketCode:
    """The claims' meaning. Nothing may be missing or of another kind than we issue; that nothing is more, its spelling
    tells."""
    if not isinstance(claims, dict):
        raise InvalidCode("claims")
    ticket, generation, event = claims.get("t"), claims.get("g"), claims.get("e")
    seat, minute = claims.get("s"), claims.get("w")
    if not isinstance(ticket, str) or (found := _TICKET.fullmatch(ticket)) is None:
        raise InvalidCode("ticket")
    if type(generation) is not int or generation < 1:
        raise InvalidCode("generation")
    if not isinstance(event, str) or not _EVENT.fullmatch(event):
        raise InvalidCode("event")
    if type(seat) not in (str, type(None)) or type(minute) not in (int, type(None)):
        raise InvalidCode("claims")
    order = jwt.utils.base64url_decode(found[1]).hex()
    return TicketCode(f"{order}.{found[2]}", generation, event, seat, minute)


def base64url(data: bytes) -> str:
    """As JSON Web Tokens write bytes: without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
