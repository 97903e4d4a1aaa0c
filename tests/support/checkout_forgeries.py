"""Purchase tokens nobody should accept, made by hand: nothing here uses the code that makes and verifies real ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_ODD = ".=%\n \0é．"


def spelled(mac: bytes) -> str:
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


@dataclass(frozen=True)
class Forger:
    """Somebody who knows everything there is to know, even our key, but has no address of this purchase.

    Attributes:
        code: a licence code of the purchase.
    """

    key: bytes
    kid: str
    project: str
    purchase: str
    code: str

    def token(
        self,
        *,
        purpose: str = "purchase-token",
        project: str | None = None,
        about: str | None = None,
        key: bytes | None = None,
        kid: str | None = None,
        digest: str = "sha256",
    ) -> str:
        """A token of the purchase; what is not given is as in an honest one."""
        text = "|".join((purpose, project or self.project, about or self.purchase))
        mac = hmac.digest(self.key if key is None else key, text.encode(), digest)
        return f"{self.purchase}.{self.kid if kid is None else kid}.{spelled(mac)}"

    def parts(self) -> list[str]:
        """An honest one, taken apart."""
        return self.token().split(".")

    def mac(self, mac: str) -> str:
        """An honest one with another MAC."""
        return ".".join([*self.parts()[:2], mac])


_OTHER = "p_" + "9" * 32
FORGERIES: dict[str, Callable[[Forger], str]] = {
    "nothing": lambda _: "",
    "nothing but dots": lambda _: "..",
    "words": lambda _: "hello",
    "the purchase alone": lambda f: f.purchase,
    "no MAC": lambda f: ".".join(f.parts()[:2]) + ".",
    "two parts": lambda f: ".".join(f.parts()[::2]),
    "four parts": lambda f: f.token() + ".e30",
    "a line's end behind it": lambda f: f.token() + "\n",
    "a space before it": lambda f: " " + f.token(),
    "inside a link": lambda f: f"https://app.example/?purchase_token={f.token()}",
    "10 kB": lambda f: f.token() + "A" * 10_000,
    "full-width letters": lambda f: f.token().translate({ord("."): "．"}),
    "full-width digits": lambda f: f.token().translate({ord("0") + n: ord("０") + n for n in range(10)}),
    "encoded once more": lambda f: f.token().replace(".", "%2E"),
    "another purchase": lambda f: f.token().replace(f.purchase, _OTHER),
    "the purchase in capitals": lambda f: f.token().replace(f.purchase, f.purchase.upper()),
    "a path as purchase": lambda f: f.token().replace(f.purchase, "../purchases/x"),
    "another's MAC": lambda f: f.token(about=_OTHER),
    "of another project": lambda f: f.token(project="another-project"),
    "of no project": lambda f: f.token(project=" "),
    "a licence code's MAC": lambda f: f.token(purpose="license-code", about=f"{f.purchase}|1"),
    "a licence code": lambda f: f.code,
    "a licence code as MAC": lambda f: f.mac(f.code),
    "no purpose": lambda f: f.token(purpose=""),
    "the purpose in other letters": lambda f: f.token(purpose="PURCHASE-TOKEN"),
    "the empty key": lambda f: f.token(key=b""),
    "another key": lambda f: f.token(key=b"another-key-of-thirty-two-bytes!"),
    "our key in base64": lambda f: f.token(key=base64.b64encode(f.key)),
    "an unknown key id": lambda f: f.token(kid="unknown"),
    "the key id in other letters": lambda f: f.token(kid=f.kid.swapcase()),
    "the empty key id": lambda f: f.token(kid="", key=b""),
    "a path as key id": lambda f: f.token(kid="../x"),
    "SHA-512": lambda f: f.token(digest="sha512"),
    "SHA-512, cut to its length": lambda f: f.token(digest="sha512")[: len(f.token())],
    "SHA-1": lambda f: f.token(digest="sha1"),
    "no key at all": lambda f: f.mac(spelled(hashlib.sha256(f.purchase.encode()).digest())),
    "the MAC in hexadecimal": lambda f: f.mac(f.key.hex()),
    "the MAC padded": lambda f: f.token() + "=",
    "the MAC cut short": lambda f: f.token()[:-4],
    "the MAC drawn out": lambda f: f.token() + "AAAA",
    "the MAC with other unused bits": lambda f: f.token()[:-1] + _LETTERS[_LETTERS.index(f.token()[-1]) ^ 1],
    "zeros": lambda f: f.mac("A" * 43),
}


def mutants(token: str) -> Iterator[str]:
    """Every text with one letter of a token changed, left out or doubled, and all its beginnings."""
    for place, letter in enumerate(token):
        before, after = token[:place], token[place + 1 :]
        yield from (before + other + after for other in _LETTERS + _ODD if other != letter)
        yield from (before, before + after, before + letter + letter + after)


def guesses(kid: str, count: int) -> Iterator[str]:
    """Purchases and MACs at random, the same every time."""
    chance = random.Random(count)
    for _ in range(count):
        yield f"p_{chance.randbytes(16).hex()}.{kid}.{spelled(chance.randbytes(32))}"
