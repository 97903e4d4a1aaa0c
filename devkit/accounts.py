"""Who can sign in at the local stack, and Firebase Auth's answers to the pages that they sign in on.

The pages use the Firebase JS SDK as in production; it signs in, looks its account up, refreshes its token, and asks for
a mail to reset a password. Tokens are unsigned, as the local stack takes them; a refresh token is the uid.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from devkit import local
from devkit.client import id_token

PASSWORD = "kippu-local"
ACCOUNTS: dict[str, tuple[str, dict[str, Any]]] = {
    "staff-1@kippu.test": ("staff-1", {}),
    "organizer-1@kippu.test": ("organizer-1", {}),
    "admin@kippu.test": ("admin", {"admin": True}),
    "support@kippu.test": ("support", {"support": True}),
}
"""Uid and custom claims by mail address."""
_LIVES_SECONDS = "3600"
Answer = tuple[int, dict[str, Any]]


def sign_in(asked: Mapping[str, Any], gone: set[str]) -> Answer:
    """``accounts:signInWithPassword``; nobody in `gone` has an account any more."""
    mail = str(asked.get("email", "")).lower()
    uid, _ = ACCOUNTS.get(mail, ("", {}))
    if not uid or uid in gone or asked.get("password") != PASSWORD:
        return _refused("INVALID_LOGIN_CREDENTIALS")
    tokens = {"idToken": _token(uid), "refreshToken": uid, "expiresIn": _LIVES_SECONDS}
    return 200, {"localId": uid, "email": mail, "registered": True, **tokens}


def look_up(token: str, gone: set[str]) -> Answer:
    """``accounts:lookup`` by the account's own ID token."""
    payload = token.split(".")[1]
    uid = str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])
    if (mail := _mail(uid)) is None or uid in gone:
        return _refused("USER_NOT_FOUND")
    providers = [{"providerId": "password", "email": mail, "federatedId": mail, "rawId": mail}]
    user = {"localId": uid, "email": mail, "emailVerified": True, "validSince": "0", "providerUserInfo": providers}
    return 200, {"users": [user]}


def refresh(form: str, gone: set[str]) -> Answer:
    """``v1/token``: a new ID token for a refresh token."""
    uid = parse_qs(form).get("refresh_token", [""])[0]
    if _mail(uid) is None or uid in gone:
        return _refused("USER_NOT_FOUND")
    token = _token(uid)
    tokens = {"id_token": token, "access_token": token, "refresh_token": uid, "expires_in": _LIVES_SECONDS}
    return 200, {**tokens, "token_type": "Bearer", "user_id": uid, "project_id": local.PROJECT}


def send_mail(asked: Mapping[str, Any]) -> Answer:
    """``accounts:sendOobCode``: no mail is sent here, and nobody learns who has an account."""
    return 200, {"kind": "identitytoolkit#GetOobConfirmationCodeResponse", "email": asked.get("email")}


def _token(uid: str) -> str:
    claims = next(claims for found, claims in ACCOUNTS.values() if found == uid)
    return id_token(uid, email=_mail(uid), **claims)


def _mail(uid: str) -> str | None:
    return next((mail for mail, (found, _) in ACCOUNTS.items() if found == uid), None)


def _refused(message: str) -> Answer:
    return 400, {"error": {"code": 400, "message": message}}
