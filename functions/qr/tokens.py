"""Tokens of the rotating QR codes: signed and verified here and nowhere else. Pure: keys, audience and time are given.

A token is a JWT (HS256). Its header is ``alg``, ``kid``, ``typ``; its claims are ``iss``, ``aud`` (the project),
``type``, ``userId`` or ``storeId``, ``timeWindow`` (minutes since 1970), ``iat``, ``exp`` (seconds since 1970) and
``nonce`` (128 bits). It must stay scannable: QR version 15 at error correction M holds 412 bytes.

Source: RFC 8725, best current practices for JWTs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import jwt
from jwt.algorithms import HMACAlgorithm
from jwt.utils import base64url_decode, force_bytes

from common import ids
from common.errors import Refusal
from common.signing_keys import Keys
from qr.reasons import QrReason

ALGORITHM = "HS256"
ISSUER = "kippu"
VALID_SECONDS = 60
WINDOW_SECONDS = 60
LEEWAY_SECONDS = 5
MAX_LENGTH = 1024


class _HmacWithCheckedKeys(HMACAlgorithm):
    """The library's, but it does not look each key over again at each use, half of a signature's time."""

    def prepare_key(self, key: str | bytes) -> bytes:
        """The key as ``common.signing_keys`` has checked it."""
        return force_bytes(key)


_JWS = jwt.PyJWS(algorithms=[])
_JWS.register_algorithm(ALGORITHM, _HmacWithCheckedKeys(HMACAlgorithm.SHA256))
# Three base64url parts, the last of 256 bits. Base64 has several spellings of the same bytes; a code has one, so the
# two bits that a signature's last letter has too many are zero.
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_NONCE = re.compile(ids.NONCE)
_TARGET = re.compile(r"[A-Za-z0-9._:@+|=-]{1,128}")


class QrType(StrEnum):
    """What a code is for."""

    USER_POINT_EARN = "user_point_earn"
    STORE_POINT_USE = "store_point_use"

    @property
    def target_claim(self) -> str:
        """The claim that names whose code it is."""
        return "userId" if self is QrType.USER_POINT_EARN else "storeId"


@dataclass(frozen=True)
class Qr:
    """What a valid token says.

    Attributes:
        type: what it is for.
        target_id: the uid or the store id whose code it is.
        nonce: its own 128 random bits, base64url.
        issued_at: seconds since 1970.
    """

    type: QrType
    target_id: str
    nonce: str
    issued_at: int

    @property
    def expires_at(self) -> int:
        """Seconds since 1970; a reader may still be ``LEEWAY_SECONDS`` late."""
        return self.issued_at + VALID_SECONDS


def issue(type_: QrType, target_id: str, keys: Keys, audience: str, now: datetime) -> tuple[str, Qr]:
    """A fresh token and what it says."""
    qr = Qr(type_, target_id, ids.new_nonce(), int(now.timestamp()))
    kid = next(iter(keys))
    claims = json.dumps(_claims(qr, audience), separators=(",", ":")).encode()
    return _JWS.encode(claims, keys[kid], ALGORITHM, {"kid": kid}), qr


def _claims(qr: Qr, audience: str) -> dict[str, Any]:
    return {
        "iss": ISSUER,
        "aud": audience,
        "type": qr.type.value,
        qr.type.target_claim: qr.target_id,
        "timeWindow": qr.issued_at // WINDOW_SECONDS,
        "iat": qr.issued_at,
        "exp": qr.expires_at,
        "nonce": qr.nonce,
    }


def verify(token: str, keys: Keys, audience: str, now: datetime) -> Qr:
    """What a token says, if it is one of ours, for this project, and of this minute.

    Raises:
        Refusal: ``QR_INVALID`` with a ``problem``, ``QR_TYPE_UNKNOWN`` or ``QR_EXPIRED``.
    """
    qr = _read(_signed_claims(token, keys), audience)
    at = now.timestamp()
    if at > qr.expires_at + LEEWAY_SECONDS:
        raise Refusal(QrReason.QR_EXPIRED)
    if at < qr.issued_at - LEEWAY_SECONDS:
        raise _invalid("issued in the future")
    return qr


def _signed_claims(token: str, keys: Keys) -> dict[str, Any]:
    """The claims, once the signature stands. The key is chosen by ``kid`` from ours, the algorithm by us."""
    if len(token) > MAX_LENGTH or not _TOKEN.fullmatch(token):
        raise _invalid("malformed")
    try:
        header = json.loads(base64url_decode(token.partition(".")[0]))
        kid = header.get("kid") if isinstance(header, dict) else None
        if kid not in keys:
            raise _invalid("unknown key")
        if header != {"alg": ALGORITHM, "kid": kid, "typ": "JWT"}:
            raise _invalid("header")
        # What it says is checked by _read and verify, against what they were given.
        claims = json.loads(_JWS.decode(token, keys[kid], [ALGORITHM]))
    except jwt.InvalidSignatureError as error:
        raise _invalid("signature") from error
    except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError) as error:
        raise _invalid("malformed") from error
    if not isinstance(claims, dict):
        raise _invalid("malformed")
    return claims


def _read(claims: dict[str, Any], audience: str) -> Qr:
    """The claims' meaning. Nothing may be missing, more, or of another kind than we issue."""
    if claims.get("iss") != ISSUER:
        raise _invalid("issuer")
    if claims.get("aud") != audience:
        raise _invalid("audience")
    if claims.get("type") not in list(QrType):
        raise Refusal(QrReason.QR_TYPE_UNKNOWN)
    type_ = QrType(claims["type"])
    target, nonce, issued_at = claims.get(type_.target_claim), claims.get("nonce"), claims.get("iat")
    if not isinstance(target, str) or not _TARGET.fullmatch(target):
        raise _invalid("target")
    if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
        raise _invalid("nonce")
    if type(issued_at) is not int or issued_at < 0:
        raise _invalid("time")
    qr = Qr(type_, target, nonce, issued_at)
    if claims != _claims(qr, audience) or type(claims["exp"]) is not int or type(claims["timeWindow"]) is not int:
        raise _invalid("claims")
    return qr


def _invalid(problem: str) -> Refusal:
    return Refusal(QrReason.QR_INVALID, problem=problem)
