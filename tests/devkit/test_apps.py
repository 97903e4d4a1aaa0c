"""What an app needs of the local stack: signing in as its SDK does, and from a browser leave to ask at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from devkit import local
from devkit.stack import Stack

PHONE = "/www.googleapis.com/identitytoolkit/v3/relyingparty/"
BROWSER = "/identitytoolkit.googleapis.com/v1/accounts:"
METHODS = {
    "signUp": "signupNewUser",
    "signInWithPassword": "verifyPassword",
    "lookup": "getAccountInfo",
    "update": "setAccountInfo",
    "delete": "deleteAccount",
}
PREFLIGHT = {
    "Origin": "https://app.example",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type,x-client-version,x-firebase-gmpid",
}


class Sdk:
    """An SDK of Firebase Auth, on a phone or in a browser."""

    def __init__(self, stack: Stack, *, on_phone: bool) -> None:
        self._url, self._on_phone = stack.console.origin, on_phone

    def asks(self, method: str, **data: Any) -> tuple[int, Any]:
        path = PHONE + METHODS[method] if self._on_phone else BROWSER + method
        return self._post(path, json={**data, "returnSecureToken": True})

    def refreshes(self, token: str) -> tuple[int, Any]:
        names = ("grantType", "refreshToken") if self._on_phone else ("grant_type", "refresh_token")
        content: dict[str, Any] = dict(zip(names, ("refresh_token", token), strict=True))
        return self._post("/securetoken.googleapis.com/v1/token", **{"json" if self._on_phone else "data": content})

    def _post(self, path: str, **request: Any) -> tuple[int, Any]:
        answer = httpx.post(f"{self._url}{path}?key=local", trust_env=False, **request)
        assert answer.headers["access-control-allow-origin"] == "*"
        return answer.status_code, answer.json()


@pytest.fixture(params=[True, False], ids=["phone", "browser"])
def sdk(stack: Stack, request: pytest.FixtureRequest) -> Iterator[Sdk]:
    stack.sign_ins.reset()
    yield Sdk(stack, on_phone=request.param)
    stack.sign_ins.reset()


def uid_of(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


@pytest.mark.parametrize("uid", ["buyer-1", "imecon-1", "staff-1", "organizer-1", "admin"])
def test_seeded_people_sign_in_are_found_and_stay_signed_in(sdk: Sdk, uid: str) -> None:
    mail = f"{uid}@kippu.test"
    _, signed_in = sdk.asks("signInWithPassword", email=mail, password="kippu-local")
    assert (signed_in["localId"], uid_of(signed_in["idToken"])) == (uid, uid)
    _, found = sdk.asks("lookup", idToken=signed_in["idToken"])
    [user] = found["users"]
    assert (user["localId"], user["email"], user["providerUserInfo"][0]["providerId"]) == (uid, mail, "password")
    _, refreshed = sdk.refreshes(signed_in["refreshToken"])
    assert uid_of(refreshed["access_token"]) == uid


def test_whoever_signs_up_calls_functions_and_signs_in_again(stack: Stack, sdk: Sdk) -> None:
    _, made = sdk.asks("signUp", email="New@kippu.test", password="secret1")
    token = {"Authorization": f"Bearer {made['idToken']}"}
    assert stack.call("getUserTickets", {}, headers=token)["coming"] == []
    assert sdk.asks("signInWithPassword", email="new@kippu.test", password="secret1")[1]["localId"] == made["localId"]
    assert sdk.refreshes(made["refreshToken"])[0] == 200
    for again, message in (
        ({"email": "new@kippu.test", "password": "secret2"}, "EMAIL_EXISTS"),
        ({"email": "other@kippu.test", "password": "short"}, "WEAK_PASSWORD"),
    ):
        status, refused = sdk.asks("signUp", **again)
        assert (status, refused["error"]["message"].split(" ")[0]) == (400, message)
    status, refused = sdk.asks("signInWithPassword", email="new@kippu.test", password="wrong1")
    assert (status, refused["error"]["message"]) == (400, "INVALID_LOGIN_CREDENTIALS")


def test_an_anonymous_user_gets_an_address_and_stays_the_same(sdk: Sdk) -> None:
    _, made = sdk.asks("signUp")
    [anonymous] = sdk.asks("lookup", idToken=made["idToken"])[1]["users"]
    assert not {"email", "providerUserInfo"} & anonymous.keys()
    _, linked = sdk.asks("update", idToken=made["idToken"], email="linked@kippu.test", password="secret1")
    assert linked["localId"] == made["localId"]
    sdk.asks("update", idToken=made["idToken"], displayName="花子")
    [user] = sdk.asks("lookup", idToken=made["idToken"])[1]["users"]
    assert (user["email"], user["displayName"]) == ("linked@kippu.test", "花子")
    assert sdk.asks("signInWithPassword", email="linked@kippu.test", password="secret1")[0] == 200


def test_an_account_deletes_itself_once_and_is_gone(stack: Stack, sdk: Sdk) -> None:
    _, made = sdk.asks("signUp", email="new@kippu.test", password="secret1")
    assert sdk.asks("delete", idToken=made["idToken"])[0] == 200
    assert stack.sign_ins.deleted == [made["localId"]]
    for gone in (
        sdk.asks("lookup", idToken=made["idToken"]),
        sdk.asks("delete", idToken=made["idToken"]),
        sdk.asks("signInWithPassword", email="new@kippu.test", password="secret1"),
        sdk.refreshes(made["refreshToken"]),
    ):
        assert gone[0] == 400


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c"])
def test_what_is_no_token_finds_nobody(sdk: Sdk, token: str | None) -> None:
    assert sdk.asks("lookup", idToken=token)[0] == 400


def test_a_web_app_of_another_address_may_ask_functions_sign_ins_and_documents(stack: Stack) -> None:
    documents = f"http://{stack.emulator.host}/google.firestore.v1.Firestore/Listen/channel"
    for url in (
        local.function_url(stack.url, "createPaymentIntent"),
        local.function_url(stack.url, "payLocally"),
        f"{stack.console.origin}{BROWSER}signInWithPassword",
        f"{stack.console.origin}/securetoken.googleapis.com/v1/token",
        documents,
    ):
        answer = httpx.options(url, headers=PREFLIGHT, trust_env=False)
        assert answer.is_success, url
        assert answer.headers["access-control-allow-origin"] in ("*", PREFLIGHT["Origin"]), url
        allowed = answer.headers["access-control-allow-headers"].lower()
        assert "content-type" in allowed, url
        assert "authorization" in allowed, url
    assert httpx.options(f"{stack.console.origin}/other", headers=PREFLIGHT, trust_env=False).status_code == 404
