"""Who can sign in at the local stack, and Firebase Auth's answers to the apps and pages that they sign in on.

Pages use the Firebase JS SDK, apps the one of their phone, as in production: they sign in or up, look their account up,
change it, refresh its token, and ask for a mail to reset a password. Tokens are unsigned, as the local stack takes
them; a refresh token is the uid.
"""

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

from devkit import local
from devkit.client import id_token

PASSWORD = "kippu-local"
_LIVES_SECONDS = "3600"
_SHORTEST_PASSWORD = 6
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in; without a mail address they are anonymous."""

    uid: str
    mail: str = ""
    password: str = PASSWORD
    name: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)


_STAFF: dict[str, dict[str, Any]] = {"admin": {"admin": True}, "support": {"support": True}}
_PEOPLE = ("buyer-1", "buyer-2", "imecon-1", "imecon-2", "staff-1", "staff-2", "organizer-1", *_STAFF)
SEEDED = {uid: Account(uid, f"{uid}@kippu.test", claims=_STAFF.get(uid, {})) for uid in _PEOPLE}
"""By uid. Each signs in as uid@kippu.test, with the one password."""


class Accounts:
    """The seeded accounts, and those that were made since."""

    def __init__(self) -> None:
        self._known = dict(SEEDED)

    def delete(self, uid: str) -> None:
        self._known.pop(uid, None)

    def sign_in(self, asked: Mapping[str, Any]) -> Answer:
        """``accounts:signInWithPassword``."""
        account = self._of_mail(asked)
        if account is None or asked.get("password") != account.password:
            return _refused("INVALID_LOGIN_CREDENTIALS")
        return 200, {"registered": True, **_signed_in(account, "VerifyPasswordResponse")}

    def sign_up(self, asked: Mapping[str, Any]) -> Answer:
        """``accounts:signUp``: a new account; without an address an anonymous one, which gets one by its own token."""
        if "idToken" in asked:
            return self.update(asked)
        return self._kept(Account(secrets.token_hex(14), password=""), asked, "SignupNewUserResponse")

    def update(self, asked: Mapping[str, Any]) -> Answer:
        """``accounts:update`` of the account whose token it is."""
        account = self.of_token(asked)
        if account is None:
            return _refused("USER_NOT_FOUND")
        return self._kept(account, asked, "SetAccountInfoResponse")

    def look_up(self, asked: Mapping[str, Any]) -> Answer:
        """``accounts:lookup`` by the account's own ID token."""
        account = self.of_token(asked)
        if account is None:
            return _refused("USER_NOT_FOUND")
        return 200, {"kind": "identitytoolkit#GetAccountInfoResponse", "users": [_user(account)]}

    def refresh(self, body: str) -> Answer:
        """``v1/token``: a new ID token for a refresh token. Phones send JSON where pages send a form."""
        if body.startswith("{"):
            uid = str(json.loads(body).get("refreshToken"))
        else:
            uid = parse_qs(body).get("refresh_token", [""])[0]
        account = self._known.get(uid)
        if account is None:
            return _refused("USER_NOT_FOUND")
        token = _token(account)
        tokens = {"id_token": token, "access_token": token, "refresh_token": uid, "expires_in": _LIVES_SECONDS}
        return 200, {**tokens, "token_type": "Bearer", "user_id": uid, "project_id": local.PROJECT}

    def of_token(self, asked: Mapping[str, Any]) -> Account | None:
        """The account whose ID token was sent."""
        try:
            payload = str(asked.get("idToken")).split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            return self._known.get(str(claims["sub"]))
        except (IndexError, KeyError, ValueError):
            return None

    def _kept(self, account: Account, asked: Mapping[str, Any], kind: str) -> Answer:
        """Keep an account with what is asked for it."""
        mail = str(asked.get("email") or account.mail).lower()
        other = self._of_mail({"email": mail})
        password = str(asked.get("password") or account.password)
        if mail and other is not None and other.uid != account.uid:
            return _refused("EMAIL_EXISTS")
        if mail and len(password) < _SHORTEST_PASSWORD:
            return _refused("WEAK_PASSWORD : Password should be at least 6 characters")
        name = str(asked.get("displayName") or account.name)
        kept = self._known[account.uid] = replace(account, mail=mail, password=password, name=name)
        return 200, _signed_in(kept, kind)

    def _of_mail(self, asked: Mapping[str, Any]) -> Account | None:
        mail = str(asked.get("email", "")).lower()
        return next((account for account in self._known.values() if mail and account.mail == mail), None)


def send_mail(asked: Mapping[str, Any]) -> Answer:
    """``accounts:sendOobCode``: no mail is sent here, and nobody learns who has an account."""
    return 200, {"kind": "identitytoolkit#GetOobConfirmationCodeResponse", "email": asked.get("email")}


def _signed_in(account: Account, kind: str) -> dict[str, Any]:
    tokens = {"idToken": _token(account), "refreshToken": account.uid, "expiresIn": _LIVES_SECONDS}
    return {"kind": f"identitytoolkit#{kind}", "localId": account.uid, **_about(account), **tokens}


def _user(account: Account) -> dict[str, Any]:
    now, mail = str(int(time.time() * 1000)), account.mail
    user = {"localId": account.uid, "createdAt": now, "lastLoginAt": now, "validSince": "0", **_about(account)}
    if not mail:
        return user
    provider = {"providerId": "password", "email": mail, "federatedId": mail, "rawId": mail}
    return {**user, "emailVerified": True, "passwordHash": "kept-here", "providerUserInfo": [provider]}


def _about(account: Account) -> dict[str, Any]:
    known = {"email": account.mail, "displayName": account.name}
    return {name: value for name, value in known.items() if value}


def _token(account: Account) -> str:
    mail = {"email": account.mail} if account.mail else {}
    return id_token(account.uid, **mail, **account.claims)


def _refused(message: str) -> Answer:
    return 400, {"error": {"code": 400, "message": message}}
