"""Every reason can be told to people in both languages and to programs in the SDK's terms."""

from __future__ import annotations

import json
import re

import pytest
from firebase_functions import https_fn

import main  # noqa: F401  # the reasons of all that is deployed
from common.errors import Reason, Refusal, all_reasons

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize("reason", list(all_reasons()), ids=lambda reason: reason.name)
def test_a_reason_has_both_messages_and_a_status_of_the_sdk(reason: Reason) -> None:
    assert JAPANESE.search(reason.ja)
    assert re.fullmatch(r"[A-Z][ -~]+\.", reason.en)
    assert reason.status in https_fn.FunctionsErrorCode.__members__
    assert re.fullmatch(r"[A-Z][A-Z_]+", reason.name)


def test_reasons_that_mean_the_same_would_be_one() -> None:
    reasons = list(all_reasons())
    # Members of an Enum with equal values become aliases of one another and vanish from it.
    assert [len(listed.__members__) for listed in Reason.__subclasses__()] == list(map(len, Reason.__subclasses__()))
    for meaning in ("name", "ja", "en"):
        assert len({getattr(reason, meaning) for reason in reasons}) == len(reasons) > 40


@pytest.mark.parametrize("reason", list(all_reasons()), ids=lambda reason: reason.name)
def test_a_refusal_is_the_sdks_error(reason: Reason) -> None:
    refusal = Refusal(reason, amount=5000)
    code = https_fn.FunctionsErrorCode[reason.status]
    wire = https_fn.HttpsError(code, refusal.message("ja"), refusal.as_details())._as_dict()
    assert json.loads(json.dumps(wire))["details"] == {"reason": reason.name, "amount": 5000}
    assert (refusal.message("ja"), refusal.message("en")) == (reason.ja, reason.en)
    # Whatever is not English is answered in Japanese.
    assert refusal.message("fr") == reason.ja
