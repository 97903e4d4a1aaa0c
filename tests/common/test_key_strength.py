"""Keys that somebody could guess are told from random ones."""

from __future__ import annotations

import base64
import random

import pytest

from common.key_strength import refuse_guessable
from devkit import local

RANDOM = random.Random(20240401)
HALF, MOST = RANDOM.randbytes(16), RANDOM.randbytes(24)
GUESSABLE = {
    "the local stack's": base64.b64decode(local.QR_KEYS["local"]),
    "the local stack's, made longer": base64.b64decode(local.QR_KEYS["local"]) + RANDOM.randbytes(32),
    "zeros": bytes(32),
    "ones": b"\xff" * 32,
    "one letter": b"n" * 64,
    "zeros and a one": bytes(31) + b"\x01",
    "counted": bytes(range(32)),
    "counted down by threes": bytes(range(250, 100, -3)),
    "a word again and again": b"password" * 4,
    "half a key twice": HALF * 2,
    "most of a key and its begin": (MOST * 2)[:40],
    "half a key and zeros": HALF + bytes(16),
    "a sentence": b"The quick brown fox jumps over 13 lazy dogs!",
    "a sentence in Japanese": "いろはにほへとちりぬるをわかよたれそつねならむ".encode(),
    "hexadecimal digits": RANDOM.randbytes(32).hex().encode(),
    "base64 once more": base64.b64encode(RANDOM.randbytes(32)),
}


@pytest.mark.parametrize("name", GUESSABLE)
def test_what_can_be_guessed_is_refused_beside_a_good_key_too(name: str) -> None:
    for keys in ({"k": GUESSABLE[name]}, {"good": RANDOM.randbytes(32), "k": GUESSABLE[name]}):
        with pytest.raises(ValueError, match="a key is") as caught:
            refuse_guessable(keys)
        assert GUESSABLE[name].hex() not in str(caught.value)


def test_random_keys_of_any_length_are_taken() -> None:
    for length in (32, 33, 48, 64):
        refuse_guessable({str(number): RANDOM.randbytes(length) for number in range(20_000)})
