"""Signing keys as a secret holds them: what is no set of keys is refused, and named nowhere."""

from __future__ import annotations

import base64
import json

import pytest

from common import signing_keys
from tests.support.qr_forgeries import PUBLIC_PEM

SECRET = base64.b64encode(b"s" * 32).decode()
UNUSABLE = {
    "nothing": "",
    "not JSON": f"{{'k': '{SECRET}'}}",
    "cut short": f'{{"k": "{SECRET}',
    "a key alone": SECRET,
    "a text": json.dumps(SECRET),
    "a list": json.dumps([SECRET]),
    "a list of objects": json.dumps([{"k": SECRET}]),
    "null": "null",
    "a number": "1",
    "no keys": "{}",
    "a short key": json.dumps({"k": SECRET, "s": base64.b64encode(b"s" * 31).decode()}),
    "the empty key": json.dumps({"k": ""}),
    "no base64": json.dumps({"k": "s" * 63 + "!"}),
    "base64 of the address bar": json.dumps({"k": "-_" * 32}),
    "no ASCII": json.dumps({"k": SECRET[:-1] + "é"}),
    "a number as key": json.dumps({"k": 12345678901234567890}),
    "an object as key": json.dumps({"k": {"k": SECRET}}),
    "half of a key pair": json.dumps({"k": base64.b64encode(PUBLIC_PEM).decode()}),
    "an empty key id": json.dumps({"": SECRET}),
    "a long key id": json.dumps({"k" * 17: SECRET}),
    "a path as key id": json.dumps({"../k": SECRET}),
    "a key id with a line's end": json.dumps({"k\n": SECRET}),
    "a key id twice": f'{{"k": "{SECRET}", "k": "{SECRET}"}}',
}


class TestParseKeys:
    @pytest.mark.parametrize("name", UNUSABLE)
    def test_what_is_no_set_of_keys_is_refused(self, name: str) -> None:
        with pytest.raises(ValueError) as caught:  # noqa: PT011  # which one it is, is not promised
            signing_keys.parse(UNUSABLE[name])
        # Its text is logged.
        assert SECRET[:8] not in str(caught.value)

    def test_the_order_is_kept_for_the_first_signs(self) -> None:
        text = json.dumps({"z": SECRET, "a": base64.b64encode(b"a" * 64).decode()})
        assert list(signing_keys.parse(text).items()) == [("z", b"s" * 32), ("a", b"a" * 64)]
