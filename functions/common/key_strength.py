"""Whether a signing key is random, as far as its bytes tell. Pure.

Whoever guesses a key makes codes and tokens for anybody. The limits are those that 32 random bytes miss less
than once in a million times.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from common.environment import is_local_secret

_LONGEST_PERIOD = 32
_FEWEST_DIFFERENT = 20
_NO_CHANCE = 8


def refuse_guessable(keys: Mapping[str, bytes]) -> None:
    """Check every key.

    Raises:
        ValueError: one could be guessed. Names no key.
    """
    for key in keys.values():
        if problem := _weakness(key):
            raise ValueError(f"a key {problem}")


def _weakness(key: bytes) -> str:
    if is_local_secret(key.decode("latin-1")):
        return "is the local stack's, which is public"
    if _repeats(key) or _hardly_varies(key):
        return "is a pattern, not random bytes"
    if _is_text(key):
        return "is text, not random bytes"
    return ""


def _repeats(key: bytes) -> bool:
    """Whether it begins again before it is long enough to be a key, for so long that this is no chance."""
    periods = range(1, min(_LONGEST_PERIOD, len(key) - _NO_CHANCE + 1))
    return any(key[period:] == key[:-period] for period in periods)


def _hardly_varies(key: bytes) -> bool:
    """Whether most bytes, or most steps from byte to byte, are the same few."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return min(len(set(key)), len(steps)) < _FEWEST_DIFFERENT


def _is_text(key: bytes) -> bool:
    try:
        key.decode()
    except UnicodeDecodeError:
        return False
    return True
