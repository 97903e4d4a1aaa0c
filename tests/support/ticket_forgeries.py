"""Codes of event tickets that let nobody in: forged, altered, outdated or of another event, each with its answer.

Written by hand: nothing here uses the code that issues and verifies real ones. ``write`` puts them into a file of JSON
lines, so that a door that verifies without a network can be shown the same.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Json = dict[str, Any]
BASE64URL = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
ORDER_OF_THE_CURVE = 2**252 + 27742317777372353535851937790883648493
SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
)
"""The points of small order, in every encoding: a verifier that is not strict takes them for anybody's signature."""


def part(value: Any) -> str:
    """One part of a token: JSON, or bytes or a text as they are, in base64url without padding."""
    if isinstance(value, str):
        value = value.encode()
    raw = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unpart(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _hash(event_id: str) -> str:
    return part(hashlib.sha256(event_id.encode()).digest()[:8])


@dataclass(frozen=True)
class Hall:
    """An event at its door, with its keys and some of its tickets.

    Attributes:
        seeds: the keys that count, by id; the first signs.
        gone: a key that was rotated out.
        tickets: as their documents say, by id.
    """

    event_id: str
    seeds: Mapping[str, bytes]
    gone: tuple[str, bytes]
    tickets: Mapping[str, Json]
    now: datetime
    rotating: bool = False

    @property
    def kid(self) -> str:
        return next(iter(self.seeds))

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seeds[self.kid])

    @property
    def minute(self) -> int:
        return int(self.now.timestamp()) // 60

    def head(self, **changes: Any) -> Json:
        return {"alg": "EdDSA", "kid": self.kid, "typ": "JWT", **changes}

    def claims(self, ticket_id: str, **changes: Any) -> Json:
        """Those of an honest code, but for the changes."""
        ticket = self.tickets.get(ticket_id, {"generation": 1, "seat_number": "1"})
        order, _, number = ticket_id.rpartition(".")
        last = {"w": self.minute} if self.rotating else {"s": ticket["seat_number"]}
        honest = {"t": f"{part(bytes.fromhex(order))}.{number}", "g": ticket["generation"], "e": _hash(self.event_id)}
        return {**honest, **last, **changes}

    def token(self, claims: Any, head: Any = None, key: Ed25519PrivateKey | None = None) -> str:
        """Claims under a header, signed; what is not given is as in an honest code."""
        text = f"{part(self.head() if head is None else head)}.{part(claims)}"
        return f"{text}.{part((key or self.key).sign(text.encode()))}"


@dataclass(frozen=True)
class Forgery:
    """A code that is shown, and what must be answered.

    Attributes:
        kind: what is wrong with it.
        ticket_id: the ticket whose document decides, if the code gets as far.
        hall: where it is shown.
        offline: whether a door without a network must give the same answer.
    """

    kind: str
    token: str
    result: str
    ticket_id: str
    hall: Hall = field(repr=False)
    offline: bool = True

    def line(self) -> Json:
        """It as JSON, with all that a door without a network knows."""
        hall, ticket = self.hall, self.hall.tickets.get(self.ticket_id)
        return {
            "kind": self.kind,
            "token": self.token,
            "event": {"event_id": hall.event_id, "event_hash": _hash(hall.event_id), "rotating_qr": hall.rotating},
            "keys": [{"kid": kid, "public_key": part(_public(seed))} for kid, seed in hall.seeds.items()],
            "tickets": [] if ticket is None else [_bundled(self.ticket_id, ticket)],
            "now": hall.now.isoformat(),
            "result": self.result,
        }


def _public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _bundled(ticket_id: str, ticket: Json) -> Json:
    state = ticket.get("ended_because") or ticket["status"]
    return {
        "ticket_id": ticket_id,
        "generation": ticket["generation"],
        "state": "blocked" if ticket["blocked"] and state == "valid" else state,
        "inside": bool(ticket.get("inside")),
        "tier": ticket["tier"],
        "seat_number": ticket["seat_number"],
    }


Forge = Callable[[Hall, str, random.Random], Iterator[tuple[str, str]]]
_FORGERS: list[Forge] = []


def _forger(forge: Forge) -> Forge:
    _FORGERS.append(forge)
    return forge


@_forger
def _altered(hall: Hall, ticket: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Each character of a code by another one."""
    token = hall.token(hall.claims(ticket))
    for at, letter in enumerate(token):
        other = chance.choice([each for each in BASE64URL if each != letter])
        yield "altered", token[:at] + other + token[at + 1 :]


@_forger
def _cut(hall: Hall, ticket: str, _: random.Random) -> Iterator[tuple[str, str]]:
    token = hall.token(hall.claims(ticket))
    for length in range(0, len(token), 9):
        yield "truncated", token[:length]
        yield "truncated at the front", token[length + 1 :]
    first, second, third = token.split(".")
    for pieces in ((first, second), (first, third), (second, third), (first, "", third), ("", second, third)):
        yield "a part is missing", ".".join(pieces)
    yield "no signature", f"{first}.{second}."
    yield "parts in another order", f"{second}.{first}.{third}"


@_forger
def _extended(hall: Hall, ticket: str, _: random.Random) -> Iterator[tuple[str, str]]:
    token = hall.token(hall.claims(ticket))
    for more in ("A", "=", "==", ".", ".A", " ", "\n", "\r\n", "\t", "\x00", "\u200b", "\ufeff", "%00", "#", "?x=1"):
        yield "extended", token + more
        yield "extended at the front", more + token
    yield "twice", token + token
    yield "twice with a dot", f"{token}.{token}"
    yield "an address", f"https://example.com/t/{token}"
    yield "very long", token + "A" * 6_000


@_forger
def _other_script(hall: Hall, ticket: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Characters that look the same, or that a lenient reader folds to the right ones."""
    token = hall.token(hall.claims(ticket))
    for _ in range(12):
        at = chance.randrange(len(token))
        wide = chr(ord(token[at]) + 0xFEE0)
        for other in (wide, token[at] + "\u0301", "\u00ad" + token[at], "\u0430", "\u0415", "\u212a", "\u017f"):
            yield "another script", token[:at] + other + token[at + 1 :]
    yield "another script", "".join(chr(ord(letter) + 0xFEE0) for letter in token)
    for case in (token.upper(), token.lower(), token.swapcase()):
        yield "another case", case


@_forger
def _re_spelled(hall: Hall, ticket: str, _: random.Random) -> Iterator[tuple[str, str]]:
    """The same bytes in another spelling of base64."""
    token = hall.token(hall.claims(ticket))
    parts = token.split(".")
    for at, text in enumerate(parts):
        spare = {0: 0, 2: 4, 3: 2}[len(text) % 4]
        last = BASE64URL.index(text[-1])
        for bits in range(1, 1 << spare):
            other = text[:-1] + BASE64URL[last ^ bits]
            yield "re-spelled", ".".join([*parts[:at], other, *parts[at + 1 :]])
        padded = text + "=" * (-len(text) % 4)
        if padded != text:
            yield "padded", ".".join([*parts[:at], padded, *parts[at + 1 :]])
        for cut in (4, len(text) // 2):
            yield "a line break", ".".join([*parts[:at], text[:cut] + "\n" + text[cut:], *parts[at + 1 :]])
    standard = token.replace("-", "+").replace("_", "/")
    if standard != token:
        yield "the other alphabet", standard


@_forger
def _other_algorithm(hall: Hall, ticket: str, _: random.Random) -> Iterator[tuple[str, str]]:
    claims, public = hall.claims(ticket), hall.key.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    ssh = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    for name, secret in {"raw": public.public_bytes_raw(), "PEM": pem, "SSH": ssh, "empty": b""}.items():
        for digest in ("sha256", "sha512"):
            text = f"{part(hall.head(alg=f'HS{digest[3:]}'))}.{part(claims)}"
            yield f"HMAC with the public key, {name}", f"{text}.{part(hmac.digest(secret, text.encode(), digest))}"
    for alg in ("none", "None", "NONE", "nOnE", ""):
        text = f"{part(hall.head(alg=alg))}.{part(claims)}"
        for signature in ("", part(bytes(64)), part(hall.key.sign(text.encode()))):
            yield "no algorithm", f"{text}.{signature}"
    for other in ("HS256", "RS256", "ES256", "PS256", "EdDSA ", "eddsa", "Ed25519", "Ed448", ["EdDSA"], None, 0):
        yield "another algorithm, signed", hall.token(claims, hall.head(alg=other))


@_forger
def _other_header(hall: Hall, ticket: str, _: random.Random) -> Iterator[tuple[str, str]]:
    claims, stranger = hall.claims(ticket), Ed25519PrivateKey.from_private_bytes(b"stranger" * 4)
    own = {"kty": "OKP", "crv": "Ed25519", "x": part(stranger.public_key().public_bytes_raw())}
    own_keys: tuple[Json, ...] = ({"jwk": own}, {"jku": "https://example.com/keys"}, {"x5u": "/"}, {"x5c": ["AA"]})
    for more in own_keys:
        yield "brings its own key", hall.token(claims, hall.head(**more), stranger)
        yield "says more than it should", hall.token(claims, hall.head(**more))
    others: tuple[Json, ...] = ({"crit": ["exp"]}, {"b64": False, "crit": ["b64"]}, {"zip": "DEF"}, {"typ": "jwt"})
    for more in others:
        yield "another header", hall.token(claims, hall.head(**more))
    kids = ("", "K1", f"{hall.kid} ", f"../{hall.kid}", "unheard-of", "0", None, 0, [hall.kid], {"kid": hall.kid}, True)
    for kid in kids:
        yield "another key id", hall.token(claims, hall.head(kid=kid))
    for missing in ("alg", "kid", "typ"):
        yield "a header without something", hall.token(claims, {k: v for k, v in hall.head().items() if k != missing})
    for text in (b"", b"{}", b"[]", b"null", b"1", b'"EdDSA"', b"{", b"\xff\xfe", b"[" * 60, json.dumps([hall.head()])):
        yield "no header", hall.token(claims, text)


@_forger
def _other_json(hall: Hall, ticket: str, _: random.Random) -> Iterator[tuple[str, str]]:
    """The same meaning in another spelling of JSON, signed with our key: a code has one spelling."""
    head, claims = hall.head(), hall.claims(ticket)
    compact = json.dumps(claims, separators=(",", ":"))
    yield "JSON with spaces", hall.token(claims, json.dumps(head))
    yield "JSON with spaces", hall.token(json.dumps(claims))
    yield "JSON in another order", hall.token(claims, dict(reversed(head.items())))
    yield "JSON in another order", hall.token(dict(reversed(claims.items())))
    yield "a name that stands twice", hall.token(claims, '{"alg":"none",' + json.dumps(head, separators=(",", ":"))[1:])
    yield "a name that stands twice", hall.token('{"g":9,' + compact[1:])
    yield "JSON with escapes", hall.token(compact.replace('"t"', '"\\u0074"'))
    yield "JSON with a line feed", hall.token(compact + "\n")


@_forger
def _other_key(hall: Hall, ticket: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    claims, (gone, seed) = hall.claims(ticket), hall.gone
    old = Ed25519PrivateKey.from_private_bytes(seed)
    yield "a key that was rotated out", hall.token(claims, hall.head(kid=gone), old)
    yield "a key that was rotated out under another's id", hall.token(claims, None, old)
    for kid in hall.seeds:
        for other, its in hall.seeds.items():
            if other != kid:
                key = Ed25519PrivateKey.from_private_bytes(its)
                yield "one key under the id of another", hall.token(claims, hall.head(kid=kid), key)
    for _ in range(6):
        stranger = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        yield "a stranger's key", hall.token(claims, None, stranger)


@_forger
def _other_signature(hall: Hall, ticket: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    token = hall.token(hall.claims(ticket))
    text, _, signature = token.rpartition(".")
    point, scalar = _unpart(signature)[:32], int.from_bytes(_unpart(signature)[32:], "little")
    for times in range(1, 15):
        if (larger := scalar + times * ORDER_OF_THE_CURVE) < 2**256:
            yield "malleable: S + L", f"{text}.{part(point + larger.to_bytes(32, 'little'))}"
    negative = ORDER_OF_THE_CURVE - scalar
    yield "malleable: -S", f"{text}.{part(point + negative.to_bytes(32, 'little'))}"
    for small in map(bytes.fromhex, SMALL_ORDER):
        for number in (0, 1, ORDER_OF_THE_CURVE, scalar):
            yield "a point of small order", f"{text}.{part(small + number.to_bytes(32, 'little'))}"
    for _ in range(6):
        yield "a random signature", f"{text}.{part(chance.randbytes(64))}"
    other = hall.token(hall.claims(ticket, g=int(hall.claims(ticket)["g"]) + 1))
    yield "another code's signature", f"{text}.{other.rpartition('.')[2]}"
    for length in (0, 1, 32, 63, 65, 96):
        yield "a signature of another length", f"{text}.{part(bytes(length))}"
    yield "the halves swapped", f"{text}.{part(_unpart(signature)[32:] + point)}"


@_forger
def _other_claims(hall: Hall, ticket: str, _: random.Random) -> Iterator[tuple[str, str]]:
    """Signed with our key by other software that has it: only what we issue ourselves is one of ours."""
    honest = hall.claims(ticket)
    order, _dot, number = str(honest["t"]).rpartition(".")
    wrong: dict[str, tuple[Any, ...]] = {
        "t": (
            "", ".", ticket, f"{order}.", f".{number}", f"{order}.0{number}", f"{order}.100", f"{order}.-1",
            f"{order}=.{number}", f"{order[:-1]}.{number}", f"{order}A.{number}", f"{order}\n.{number}", None, 0,
            [honest["t"]], f"{order}.{number}\n", f" {order}.{number}", f"{order}.{number}.0", f"{order}.٣",
            *(f"{order[:-1]}{BASE64URL[BASE64URL.index(order[-1]) ^ bits]}.{number}" for bits in (1, 2, 3)),
        ),
        "g": ("1", 1.0, 1.5, 0, -1, True, None, [1], 1e3, "", 2**70),
        "e": ("", honest["e"][:-1], f"{honest['e']}A", f"{honest['e']}=", None, 0, [honest["e"]], hall.event_id),
        "s": (1, None, [], {}, "x" * 13, True, 1.0),
        "w": ("0", 1.5, None, True, [], float(hall.minute)),
        "x": (1, None, "", []),
        "exp": (0, 2**40), "iat": (0,), "iss": ("kippu",), "aud": ("kippu",), "nbf": (2**40,), "ok": (True,),
    }  # fmt: skip
    for name, values in wrong.items():
        for value in values:
            if honest.get(name) != value or type(honest.get(name)) is not type(value):
                yield f"claim {name}", hall.token({**honest, name: value})
    yield "seat and minute", hall.token({**honest, "s": "1", "w": hall.minute})
    for missing in ("t", "g", "e"):
        yield f"without {missing}", hall.token({name: value for name, value in honest.items() if name != missing})
    for text in (b"", b"{}", b"[]", b"null", b"1", b"true", b"{", b"\xff", b"[" * 60, json.dumps([honest])):
        yield "no claims", hall.token(text)
    yield "not a number", hall.token(json.dumps(honest).replace(f'"g": {honest["g"]}', '"g": NaN'))


def _as_signed(hall: Hall, ticket_id: str) -> Iterator[Forgery]:
    """Codes that we signed, shown where they let nobody in."""
    ticket, claims = hall.tickets[ticket_id], hall.claims(ticket_id)
    generation = int(ticket["generation"])
    for old in range(1, generation):
        yield Forgery("an old generation", hall.token({**claims, "g": old}), "transferred", ticket_id, hall)
    for new in (generation + 1, generation + 2, 10**6, 2**53):
        yield Forgery("a generation to come", hall.token({**claims, "g": new}), "invalid", ticket_id, hall)
    for other in range(20):
        token = hall.token({**claims, "e": _hash(f"other-{other}")})
        yield Forgery("another event", token, "wrong_event", ticket_id, hall)
    elsewhere = replace(hall, tickets={ticket_id: {**ticket, "event_id": "elsewhere"}})
    yield Forgery("another event's ticket", hall.token(claims), "wrong_event", ticket_id, elsewhere, offline=False)
    for number in range(10):
        unknown = f"{hashlib.sha1(str(number).encode()).hexdigest()}.{number}"  # noqa: S324  # no secret
        yield Forgery("no such ticket", hall.token(hall.claims(unknown)), "invalid", unknown, hall, offline=False)
    ends: dict[str, Json] = {
        "cancelled": {"status": "cancelled"},
        "unpaid": {"status": "cancelled", "ended_because": "unpaid"},
        "blocked": {"blocked": True},
        "already_used": {"status": "used", "inside": True},
    }
    for result, fields in ends.items():
        ended = replace(hall, tickets={ticket_id: {**ticket, **fields}})
        yield Forgery(f"a ticket that is {result}", hall.token(claims), result, ticket_id, ended)
    if hall.rotating:
        for late in (-(10**6), -60, -5, -4, -3, 2, 3, 60):
            token = hall.token({**claims, "w": hall.minute + late})
            yield Forgery("of another minute", token, "invalid", ticket_id, hall)
        printed = {name: value for name, value in claims.items() if name != "w"} | {"s": ticket["seat_number"]}
        yield Forgery("printed, of an event whose codes rotate", hall.token(printed), "invalid", ticket_id, hall)


def halls(tickets: int = 15) -> list[Hall]:
    """An event whose codes may be printed, and one whose codes rotate."""
    keys = {f"k{number}": hashlib.sha256(f"key {number}".encode()).digest() for number in (2, 1)}
    gone, now = ("k0", hashlib.sha256(b"key 0").digest()), datetime(2026, 11, 21, 9, 0, 30, tzinfo=UTC)
    found = []
    for rotating in (False, True):
        event_id = f"ev-{'rotates' if rotating else 'printed'}"
        its = {}
        for number in range(tickets):
            order = hashlib.sha256(f"{event_id} {number}".encode()).hexdigest()[:40]
            its[f"{order}.{number}"] = {
                "ticket_id": f"{order}.{number}", "event_id": event_id, "generation": 1 + number % 3, "status": "valid",
                "blocked": False, "tier": "ga", "seat_number": f"A-{number}" if number % 2 else str(number + 1),
            }  # fmt: skip
        found.append(Hall(event_id, keys, gone, its, now, rotating))
    return found


def forgeries(hall: Hall) -> Iterator[Forgery]:
    """Everything that somebody may show at the door of a hall, and that lets nobody in."""
    chance = random.Random(hall.event_id)
    for ticket_id in hall.tickets:
        for forge in _FORGERS:
            for kind, token in forge(hall, ticket_id, chance):
                yield Forgery(kind, token, "invalid", ticket_id, hall)
        yield from _as_signed(hall, ticket_id)


def honest(hall: Hall) -> Iterator[Forgery]:
    """The control: the codes of its tickets as they are, each of which lets somebody in."""
    for ticket_id in hall.tickets:
        yield Forgery("honest", hall.token(hall.claims(ticket_id)), "ok", ticket_id, hall)


def write(file: Path, tickets: int = 15) -> int:
    """Write what a door without a network must answer to, a JSON object a line, and give how many there are."""
    shown = [each for hall in halls(tickets) for each in (*honest(hall), *forgeries(hall)) if each.offline]
    file.write_text("".join(f"{json.dumps(each.line())}\n" for each in shown), encoding="utf-8")
    return len(shown)
