"""Ticket codes: enough entropy, and forgiving towards people who copy them by hand."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.codes import LENGTH, new_code, normalised

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SHAPE = re.compile(rf"[{CROCKFORD}]{{4}}-[{CROCKFORD}]{{4}}-[{CROCKFORD}]{{4}}")
SEPARATORS = ["-", " ", "_", "\t", "　", "－", "ー", "‐", "–", "—", "−"]

# A machine may be busy: times prove nothing.
unhurried = settings(deadline=None)
plain_codes = st.text(CROCKFORD, min_size=LENGTH, max_size=LENGTH)


def grouped(plain: str) -> str:
    return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"


def full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def test_a_code_has_sixty_random_bits() -> None:
    codes = [new_code() for _ in range(2_000)]
    assert all(SHAPE.fullmatch(code) for code in codes)
    assert len(set(codes)) == len(codes)
    # All 32 letters at each of the 12 places; by chance one would be missing once in 10^24 runs.
    for place in range(LENGTH):
        assert {code.replace("-", "")[place] for code in codes} == set(CROCKFORD)


def test_codes_do_not_follow_from_a_seed() -> None:
    random.seed(7)
    first = [new_code() for _ in range(20)]
    random.seed(7)
    assert not set(first) & {new_code() for _ in range(20)}


def test_what_is_shown_is_what_is_stored() -> None:
    code = new_code()
    assert normalised(code) == code


@unhurried
@given(plain_codes, st.data())
def test_case_width_and_separators_do_not_matter(plain: str, data: st.DataObject) -> None:
    typed = ""
    for letter in plain:
        form = data.draw(st.sampled_from([letter, letter.lower(), full_width(letter), full_width(letter.lower())]))
        typed += form + data.draw(st.sampled_from(["", "", *SEPARATORS]))
    assert normalised(typed) == grouped(plain)


@pytest.mark.parametrize(("alike", "meant"), [("o", "0"), ("O", "0"), ("i", "1"), ("I", "1"), ("l", "1"), ("L", "1")])
def test_look_alikes_are_read_as_meant(alike: str, meant: str) -> None:
    assert normalised(f"ABC{alike}-5678-9XYZ") == f"ABC{meant}-5678-9XYZ"


def test_no_letter_of_a_code_is_a_look_alike() -> None:
    assert not set(CROCKFORD) & set("OILU")
    assert normalised("ABCU-5678-9XYZ") is None


@unhurried
@given(st.text(max_size=80))
def test_any_text_is_a_code_or_none(text: str) -> None:
    code = normalised(text)
    assert code is None or SHAPE.fullmatch(code)


@unhurried
@given(st.text(st.sampled_from(CROCKFORD + "oiluOILU- 　ーﾊﾟ０９ａｚßıﬁ①²\u200b\ud800"), max_size=30))
def test_near_codes_are_codes_or_none_and_reading_twice_changes_nothing(text: str) -> None:
    code = normalised(text)
    assert code is None or (SHAPE.fullmatch(code) and normalised(code) == code)


@unhurried
@given(plain_codes.filter(bool), st.integers(0, LENGTH - 1))
def test_a_letter_less_or_more_is_no_code(plain: str, place: int) -> None:
    assert normalised(plain[:place] + plain[place + 1 :]) is None
    assert normalised(plain[:place] + plain[place] + plain[place:]) is None
