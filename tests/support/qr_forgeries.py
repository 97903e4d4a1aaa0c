"""QR tokens nobody should accept, written by hand: nothing here uses the code that issues and verifies real ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

UID = "customer-1"
NONCE = "Forged-nonce_123456789"
GONE = object()
"""As a value: leave the field out."""

_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC_PEM = _RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def part(value: Any) -> str:
    """One part of a token: JSON, or bytes as they are, in base64url without padding."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def mac(text: str, key: bytes, digest: str = "sha256") -> str:
    return part(hmac.digest(key, text.encode(), digest))


@dataclass(frozen=True)
class Forger:
    """Somebody who knows everything there is to know, even our key, but may not show a code."""

    key: bytes
    kid: str
    audience: str
    now: int

    def head(self, **changes: Any) -> dict[str, Any]:
        return _but({"alg": "HS256", "kid": self.kid, "typ": "JWT"}, changes)

    def claims(self, at: int = 0, **changes: Any) -> dict[str, Any]:
        """Those of an honest code of ``UID``, issued so many seconds from now, but for the changes."""
        issued = self.now + at
        honest = {"iss": "kippu", "aud": self.audience, "type": "user_point_earn", "userId": UID}
        times = {"timeWindow": issued // 60, "iat": issued, "exp": issued + 60}
        return _but({**honest, **times, "nonce": NONCE}, changes)

    def token(self, claims: Any = None, head: Any = None, key: bytes | None = None, digest: str = "sha256") -> str:
        """Claims under a header, signed; what is not given is as in an honest code."""
        text = f"{part(head or self.head())}.{part(self.claims() if claims is None else claims)}"
        return f"{text}.{mac(text, self.key if key is None else key, digest)}"

    def saying(self, at: int = 0, **changes: Any) -> str:
        """A code that is perfect but for what it says."""
        return self.token(self.claims(at, **changes))

    def under(self, **changes: Any) -> str:
        """A code that is perfect but for its header."""
        return self.token(head=self.head(**changes))

    def parts(self) -> list[str]:
        """An honest code, taken apart."""
        return self.token().split(".")

    def respelled(self) -> str:
        """The same signature with other unused bits in its last letter."""
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        token = self.token()
        return token[:-1] + letters[letters.index(token[-1]) + 1]

    def rsa(self) -> str:
        text = f"{part(self.head(alg='RS256'))}.{part(self.claims())}"
        return f"{text}.{part(_RSA.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _but(fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**fields, **changes}.items() if value is not GONE}


@dataclass(frozen=True)
class Forgery:
    """How it is made, the reason it is refused for, and for ``QR_INVALID`` the problem."""

    make: Callable[[Forger], str]
    problem: str
    reason: str = "QR_INVALID"


def _expired(make: Callable[[Forger], str]) -> Forgery:
    return Forgery(make, "", "QR_EXPIRED")


def _unknown(make: Callable[[Forger], str]) -> Forgery:
    return Forgery(make, "", "QR_TYPE_UNKNOWN")


STRUCTURE = {
    "nothing but dots": lambda _: "..",
    "words": lambda _: "hello",
    "two parts": lambda f: ".".join(f.parts()[:2]),
    "no signature": lambda f: ".".join(f.parts()[:2]) + ".",
    "four parts": lambda f: f.token() + ".e30",
    "a line's end behind it": lambda f: f.token() + "\n",
    "a space before it": lambda f: " " + f.token(),
    "a scheme before it": lambda f: "Bearer " + f.token(),
    "inside a link": lambda f: f"https://kippu.example/qr?token={f.token()}",
    "a NUL in it": lambda f: f.token().replace(".", ".\0", 1),
    "a letter that is not ASCII": lambda f: f.token().replace(".", ".é", 1),
    "full-width letters": lambda f: f.token().translate({ord("."): "．"}),
    "10 kB, signed": lambda f: f.saying(note="x" * 10_000),
    "10 kB of dots": lambda _: "." * 10_000,
    "padded signature": lambda f: f.token() + "=",
    "its signature in another spelling": Forger.respelled,
    "its signature in hexadecimal": lambda f: ".".join([*f.parts()[:2], hashlib.sha256(f.key).hexdigest()]),
    "its signature cut short": lambda f: f.token()[:-4],
    "its signature drawn out": lambda f: f.token() + "AAAA",
    "a header that is no JSON": lambda f: ".".join([part(b"{alg:HS256}"), *f.parts()[1:]]),
    "a header nested deeply": lambda f: ".".join([part(b"[" * 700), "e30", f.parts()[2]]),
    "signed words as payload": lambda f: f.token(b"customer-1"),
    "a signed list as payload": lambda f: f.token([f.claims()]),
    "a signed payload that is not UTF-8": lambda f: f.token(b"\xff\xfe"),
    "a signed payload nested deeply": lambda f: f.token(b"[" * 600),
}
UNSIGNED_OR_OTHER = {
    "algorithm none, unsigned": (lambda f: f"{part(f.head(alg='none'))}.{f.parts()[1]}.", "malformed"),
    "algorithm none, with a signature": (lambda f: f.under(alg="none"), "header"),
    "algorithm nOnE": (lambda f: f.under(alg="nOnE"), "header"),
    "algorithm none and no key id": (lambda f: f.under(alg="none", kid=GONE), "unknown key"),
    "no algorithm": (lambda f: f.under(alg=GONE), "header"),
    "algorithm null": (lambda f: f.under(alg=None), "header"),
    "a list of algorithms": (lambda f: f.under(alg=["HS256"]), "header"),
    "algorithm in small letters": (lambda f: f.under(alg="hs256"), "header"),
    "HS512 by name": (lambda f: f.under(alg="HS512"), "header"),
    "HS512 in truth": (lambda f: f.token(head=f.head(alg="HS512"), digest="sha512"), "malformed"),
    "RS256 by name, signed with our secret": (lambda f: f.under(alg="RS256"), "header"),
    "RS256 in truth": (Forger.rsa, "malformed"),
    "HS256 with a public key as the secret": (lambda f: f.token(key=PUBLIC_PEM), "signature"),
    "HS256 with the empty secret": (lambda f: f.token(key=b""), "signature"),
    "HS256 with another secret": (lambda f: f.token(key=b"another-secret-of-thirty-two-byte"), "signature"),
    "HS256 with our secret in base64": (lambda f: f.token(key=base64.b64encode(f.key)), "signature"),
    "the signature of another code": (lambda f: ".".join([*f.parts()[:2], f.saying(1).split(".")[2]]), "signature"),
    "the payload of another code": (
        lambda f: ".".join([f.parts()[0], f.saying(1).split(".")[1], f.parts()[2]]),
        "signature",
    ),
    "another user in the payload": (
        lambda f: ".".join([f.parts()[0], part(f.claims(userId="customer-2")), f.parts()[2]]),
        "signature",
    ),
    "more time in the payload": (
        lambda f: ".".join([f.parts()[0], part(f.claims(exp=f.now + 3600)), f.parts()[2]]),
        "signature",
    ),
    "no key id": (lambda f: f.under(kid=GONE), "unknown key"),
    "an unknown key id": (lambda f: f.under(kid="unknown"), "unknown key"),
    "a path as key id, signed with nothing": (
        lambda f: f.token(head=f.head(kid="../../../dev/null"), key=b""),
        "unknown key",
    ),
    "an address as key id": (lambda f: f.under(kid="https://evil.example/key"), "unknown key"),
    "a query as key id": (lambda f: f.under(kid="x' UNION SELECT 'secret"), "unknown key"),
    "the key id in other letters": (lambda f: f.under(kid=f.kid.swapcase()), "unknown key"),
    "the empty key id": (lambda f: f.token(head=f.head(kid=""), key=b""), "unknown key"),
    "key id null": (lambda f: f.under(kid=None), "unknown key"),
    "a number as key id": (lambda f: f.under(kid=0), "unknown key"),
    "a list of key ids": (lambda f: f.under(kid=[f.kid]), "malformed"),
    "an object as key id": (lambda f: f.under(kid={f.kid: 1}), "malformed"),
    "a header that is a list": (lambda f: f.token(head=["HS256", f.kid]), "unknown key"),
    "its own key in the header": (
        lambda f: f.under(jwk={"kty": "oct", "k": part(b"x" * 32)}),
        "header",
    ),
    "the address of a key in the header": (lambda f: f.under(jku="https://evil.example/jwks"), "header"),
    "a critical extension": (lambda f: f.under(crit=["exp"]), "header"),
    "a detached payload": (lambda f: f.under(b64=False, crit=["b64"]), "header"),
    "a type of token that is not ours": (lambda f: f.under(typ="at+jwt"), "header"),
    "no type of token": (lambda f: f.under(typ=GONE), "header"),
    "a content type": (lambda f: f.under(cty="JWT"), "header"),
    "a compressed payload": (lambda f: f.under(zip="DEF"), "header"),
}
SIGNED_BUT_WRONG = {
    "of another issuer": (lambda f: f.saying(iss="somebody"), "issuer"),
    "of no issuer": (lambda f: f.saying(iss=GONE), "issuer"),
    "of many issuers": (lambda f: f.saying(iss=["kippu"]), "issuer"),
    "for another project": (lambda f: f.saying(aud="other-project"), "audience"),
    "for no project": (lambda f: f.saying(aud=GONE), "audience"),
    "for many projects": (lambda f: f.saying(aud=[f.audience, "other-project"]), "audience"),
    "a user's purpose with a store in it": (lambda f: f.saying(userId=GONE, storeId="store-1"), "target"),
    "a store's purpose with a user in it": (lambda f: f.saying(type="store_point_use"), "target"),
    "a user and a store": (lambda f: f.saying(storeId="store-1"), "claims"),
    "nobody in it": (lambda f: f.saying(userId=GONE), "target"),
    "the empty user": (lambda f: f.saying(userId=""), "target"),
    "a path as the user": (lambda f: f.saying(userId="customer-1/badges/explorer"), "target"),
    "a number as the user": (lambda f: f.saying(userId=1), "target"),
    "a list of users": (lambda f: f.saying(userId=[UID]), "target"),
    "a user of 129 letters": (lambda f: f.saying(userId="u" * 129), "target"),
    "a user with a line's end": (lambda f: f.saying(userId=UID + "\n"), "target"),
    "a nonce with slashes": (lambda f: f.saying(nonce="a/b/c/d/e/f/g/h/i/j/k/"), "nonce"),
    "a path as nonce": (lambda f: f.saying(nonce="../../users/customer-1"), "nonce"),
    "a nonce that the store reserves": (lambda f: f.saying(nonce="__" + NONCE[2:]), "nonce"),
    "a short nonce": (lambda f: f.saying(nonce=NONCE[:-1]), "nonce"),
    "a long nonce": (lambda f: f.saying(nonce=NONCE + "x"), "nonce"),
    "a nonce with a line's end": (lambda f: f.saying(nonce=NONCE + "\n"), "nonce"),
    "a number as nonce": (lambda f: f.saying(nonce=10**21), "nonce"),
    "no nonce": (lambda f: f.saying(nonce=GONE), "nonce"),
    "issued in six seconds": (lambda f: f.saying(6), "issued in the future"),
    "issued tomorrow": (lambda f: f.saying(86_400), "issued in the future"),
    "issued in an age": (lambda f: f.saying(10**60), "issued in the future"),
    "issued before time": (lambda f: f.saying(-f.now - 60), "time"),
    "issued at a fraction": (lambda f: f.saying(iat=float(f.now)), "time"),
    "issued at true": (lambda f: f.saying(iat=True), "time"),
    "issued at a text": (lambda f: f.saying(iat=str(f.now)), "time"),
    "issued at no number": (lambda f: f.saying(iat=float("nan")), "time"),
    "never issued": (lambda f: f.saying(iat=GONE), "time"),
    "good for an hour": (lambda f: f.saying(exp=f.now + 3600), "claims"),
    "good for a second more": (lambda f: f.saying(exp=f.now + 61), "claims"),
    "good for ever": (lambda f: f.saying(exp=GONE), "claims"),
    "good until a fraction": (lambda f: f.saying(exp=float(f.now + 60)), "claims"),
    "good until a text": (lambda f: f.saying(exp=str(f.now + 60)), "claims"),
    "of the window before": (lambda f: f.saying(timeWindow=f.now // 60 - 1), "claims"),
    "of the window two back, issued now": (lambda f: f.saying(timeWindow=f.now // 60 - 2), "claims"),
    "of a window in fractions": (lambda f: f.saying(timeWindow=float(f.now // 60)), "claims"),
    "of no window": (lambda f: f.saying(timeWindow=GONE), "claims"),
    "with a claim more": (lambda f: f.saying(admin=True), "claims"),
    "with a subject": (lambda f: f.saying(sub="customer-2"), "claims"),
    "not before tomorrow": (lambda f: f.saying(nbf=f.now + 86_400), "claims"),
}

FORGERIES: dict[str, Forgery] = {
    **{name: Forgery(make, "malformed") for name, make in STRUCTURE.items()},
    **{name: Forgery(*made) for name, made in {**UNSIGNED_OR_OTHER, **SIGNED_BUT_WRONG}.items()},
    "of another purpose": _unknown(lambda f: f.saying(type="event_ticket")),
    "of a purpose in other letters": _unknown(lambda f: f.saying(type="USER_POINT_EARN")),
    "of two purposes": _unknown(lambda f: f.saying(type=["user_point_earn", "store_point_use"])),
    "of no purpose": _unknown(lambda f: f.saying(type=GONE)),
    "66 seconds old": _expired(lambda f: f.saying(-66)),
    "from the window two back": _expired(lambda f: f.saying(-120)),
    "from yesterday": _expired(lambda f: f.saying(-86_400)),
    "from 1970": _expired(lambda f: f.saying(-f.now)),
}
