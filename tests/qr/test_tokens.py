"""Tokens of the rotating QR codes: ours are read for their minute, and nothing else ever is."""

from __future__ import annotations

import base64
import json
import secrets
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common import ids
from common.errors import Refusal
from common.signing_keys import Keys
from qr import tokens
from qr.tokens import QrType
from tests.support.qr_forgeries import FORGERIES, UID, Forger
from tests.support.qr_mutants import mutants

AUDIENCE = "demo-kippu"
KEYS: Keys = {"second": b"2" * 32, "first": b"1" * 40}
NOW = datetime(2026, 11, 21, 3, 4, 30, tzinfo=UTC)
FORGER = Forger(KEYS["first"], "first", AUDIENCE, int(NOW.timestamp()))
VERSION_15_M_BYTES = 412

uids = st.text("ABCxyz019._:@+|=-", min_size=1, max_size=128)
moments = st.integers(0, 4 * 10**15).map(lambda us: datetime(1971, 1, 1, tzinfo=UTC) + timedelta(microseconds=us))
types = st.sampled_from(QrType)
key_rings = st.dictionaries(
    st.text("ABCxyz019_-", min_size=1, max_size=16), st.binary(min_size=32, max_size=64), min_size=1, max_size=4
)


def outcome(token: str, at: datetime, keys: Keys = KEYS, audience: str = AUDIENCE) -> str:
    """``valid``, the problem, or the reason."""
    try:
        tokens.verify(token, keys, audience, at)
    except Refusal as refusal:
        return str(refusal.details.get("problem", refusal.reason.name))
    return "valid"


class TestForgeries:
    @pytest.mark.parametrize("name", FORGERIES)
    def test_a_forgery_is_refused_with_its_reason(self, name: str) -> None:
        forgery = FORGERIES[name]
        with pytest.raises(Refusal) as caught:
            tokens.verify(forgery.make(FORGER), KEYS, AUDIENCE, NOW)
        assert (caught.value.reason.name, caught.value.details.get("problem", "")) == (forgery.reason, forgery.problem)

    def test_there_are_enough_of_them_and_no_two_are_the_same(self) -> None:
        assert len({forgery.make(FORGER) for forgery in FORGERIES.values()}) == len(FORGERIES) >= 40

    def test_a_header_nested_deeper_than_the_stack_is_malformed(self) -> None:
        def from_deep_down(frames: int) -> str:
            return from_deep_down(frames - 1) if frames else outcome(FORGERIES[name].make(FORGER), NOW)

        name = "a header nested deeply"
        assert from_deep_down(sys.getrecursionlimit() // 3) == "malformed"

    def test_control_the_forger_can_make_a_code_that_is_honest(self) -> None:
        qr = tokens.verify(FORGER.token(), KEYS, AUDIENCE, NOW)
        assert (qr.type, qr.target_id, qr.issued_at) == (QrType.USER_POINT_EARN, UID, int(NOW.timestamp()))


class TestIssue:
    @given(types, uids, key_rings, st.from_regex(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", fullmatch=True), moments)
    def test_what_is_issued_is_read_back(
        self, type_: QrType, target: str, keys: Keys, audience: str, now: datetime
    ) -> None:
        token, qr = tokens.issue(type_, target, keys, audience, now)
        assert tokens.verify(token, keys, audience, now) == qr
        assert (qr.type, qr.target_id, qr.issued_at) == (type_, target, int(now.timestamp()))
        assert len(token) <= tokens.MAX_LENGTH

    @pytest.mark.parametrize("type_", QrType)
    def test_it_says_what_the_documentation_says_and_is_signed_with_the_first_key(self, type_: QrType) -> None:
        token, qr = tokens.issue(type_, "somebody", KEYS, AUDIENCE, NOW)
        forger = Forger(KEYS["second"], "second", AUDIENCE, int(NOW.timestamp()))
        claims = forger.claims(nonce=qr.nonce, type=type_.value)
        del claims["userId"]
        expected = {**claims, {"user_point_earn": "userId", "store_point_use": "storeId"}[type_]: "somebody"}
        assert json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==")) == expected
        assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": "second", "typ": "JWT"}

    @pytest.mark.parametrize("type_", QrType)
    def test_it_fits_a_qr_code_of_version_15_at_error_correction_m(self, type_: QrType) -> None:
        token, _ = tokens.issue(type_, "u" * 28, {"k" * 16: b"x" * 64}, "p" * 30, NOW)
        assert len(token.encode()) <= VERSION_15_M_BYTES

    def test_nonces_are_never_the_same(self) -> None:
        assert len({ids.new_nonce() for _ in range(10_000)}) == 10_000

    def test_a_nonce_never_begins_as_the_ids_that_the_store_reserves(self, monkeypatch: pytest.MonkeyPatch) -> None:
        drawn = iter(["__" + "a" * 20, "__" + "a" * 18 + "__", "_a" + "a" * 18 + "__"])
        monkeypatch.setattr(secrets, "token_urlsafe", lambda _: next(drawn))
        assert ids.new_nonce() == "_a" + "a" * 18 + "__"


class TestTime:
    """Valid from 5 seconds before it was issued, for clocks that differ, until 65 seconds after."""

    # Seconds from when it was issued, and whether it is valid then.
    EDGES = (
        (-6, "issued in the future"),
        (-5.000001, "issued in the future"),
        (-5, "valid"),
        (-4, "valid"),
        (-1, "valid"),
        (0, "valid"),
        (1, "valid"),
        (59, "valid"),
        (60, "valid"),
        (61, "valid"),
        (64, "valid"),
        (65, "valid"),
        (65.000001, "QR_EXPIRED"),
        (66, "QR_EXPIRED"),
        (120, "QR_EXPIRED"),
    )

    @given(types, moments)
    def test_to_the_microsecond_whenever_it_was_issued(self, type_: QrType, now: datetime) -> None:
        token, _ = tokens.issue(type_, "x", KEYS, AUDIENCE, now)
        whole = now.replace(microsecond=0)
        found = [outcome(token, whole + timedelta(seconds=seconds)) for seconds, _ in self.EDGES]
        assert found == [expected for _, expected in self.EDGES]

    @pytest.mark.parametrize("second", [-1, 0, 1, 5, 55, 59, 60, 61])
    @pytest.mark.parametrize("fraction", [0.0, 0.999999])
    def test_around_the_edge_of_a_window_no_valid_code_is_refused(self, second: int, fraction: float) -> None:
        edge = datetime(2026, 11, 21, 3, 5, tzinfo=UTC)
        issued = edge + timedelta(seconds=second + fraction)
        token, qr = tokens.issue(QrType.USER_POINT_EARN, "x", KEYS, AUDIENCE, issued)
        for later in (-5, -1, 0, 1, 30, 58, 59, 60, 61, 64, 65):
            assert outcome(token, datetime.fromtimestamp(qr.issued_at + later, UTC)) == "valid", later
        for later in (-6, 66, 120):
            assert outcome(token, datetime.fromtimestamp(qr.issued_at + later, UTC)) != "valid", later


# First a new key is added, then it is put first, then the old one is taken away.
OLD: Keys = {"old": b"o" * 32}
BOTH: Keys = {"old": b"o" * 32, "new": b"n" * 32}
PROMOTED: Keys = {"new": b"n" * 32, "old": b"o" * 32}
NEW: Keys = {"new": b"n" * 32}


class TestKeys:
    @given(moments, st.floats(-5, 65))
    def test_rotating_them_in_mid_window_refuses_no_valid_code(self, now: datetime, later: float) -> None:
        issued = now.replace(microsecond=0)
        for before, after in pairwise([OLD, BOTH, PROMOTED, NEW]):
            # While a step is rolled out, some servers already have it and others do not.
            for issuer, reader in ((before, after), (after, before)):
                token, _ = tokens.issue(QrType.USER_POINT_EARN, "x", issuer, AUDIENCE, issued)
                assert outcome(token, issued + timedelta(seconds=later), reader) == "valid"

    def test_a_key_that_is_gone_is_believed_no_more(self) -> None:
        token, _ = tokens.issue(QrType.USER_POINT_EARN, "x", OLD, AUDIENCE, NOW)
        assert outcome(token, NOW, PROMOTED) == "valid"
        assert outcome(token, NOW, NEW) == "unknown key"

    def test_a_stale_code_is_not_revived_by_a_rotation(self) -> None:
        token, _ = tokens.issue(QrType.USER_POINT_EARN, "x", OLD, AUDIENCE, NOW)
        for keys in (OLD, BOTH, PROMOTED):
            assert outcome(token, NOW + timedelta(seconds=66), keys) == "QR_EXPIRED"

    @given(key_rings, key_rings)
    def test_a_code_is_believed_exactly_where_its_key_is_known(self, one: Keys, other: Keys) -> None:
        kid = next(iter(one))
        for keys in (other, {**other, kid: one[kid]}, {**one, kid: b"another secret of thirty-two byte"}):
            token, _ = tokens.issue(QrType.STORE_POINT_USE, "x", one, AUDIENCE, NOW)
            assert (outcome(token, NOW, keys) == "valid") is (keys.get(kid) == one[kid])


class TestMutants:
    AT_LEAST = 20_000
    EXAMPLES = 12

    @staticmethod
    def mutants_of(type_: QrType, target: str, places: list[int]) -> list[str]:
        token, _ = tokens.issue(type_, target, KEYS, AUDIENCE, NOW)
        other, _ = tokens.issue(type_, "somebody-else", KEYS, AUDIENCE, NOW)
        # Half of the places are in the signature, the only part that protects itself.
        return list(mutants(token, [*places, *(len(token) - 1 - place % 44 for place in places)], other))

    def test_no_mutant_of_a_valid_code_is_accepted(self) -> None:
        tried: list[int] = []

        @settings(max_examples=self.EXAMPLES, deadline=None, database=None)
        @given(types, uids, st.lists(st.integers(0, 520), min_size=8, max_size=8, unique=True))
        def mutate(type_: QrType, target: str, places: list[int]) -> None:
            made = set(self.mutants_of(type_, target, places))
            tried.append(len(made))
            assert [text for text in made if outcome(text, NOW) == "valid"] == []

        mutate()
        assert sum(tried) >= self.AT_LEAST

    def test_control_without_the_signature_mutants_are_accepted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tokens, "_JWS", jwt.PyJWS(options={"verify_signature": False}))
        found = {outcome(text, NOW) for text in self.mutants_of(QrType.USER_POINT_EARN, "x", [0, 100, 200, 300])}
        assert "valid" in found
