"""Every reason can be told to people in both languages and to programs in the SDK's terms."""

from __future__ import annotations

import json
import re

import pytest
from firebase_functions import https_fn

from common.errors import Reason, Refusal

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_a_reason_has_both_messages_and_a_status_of_the_sdk(reason: Reason) -> None:
    assert JAPANESE.search(reason.ja)
    assert re.fullmatch(r"[A-Z][ -~]+\.", reason.en)
    assert reason.status in https_fn.FunctionsErrorCode.__members__
    assert re.fullmatch(r"[A-Z][A-Z_]+", reason.name)


def test_reasons_that_mean_the_same_would_be_one() -> None:
    # Members of an Enum with equal values become aliases of one another and vanish from it.
    assert len(Reason.__members__) == len(Reason)
    assert len({reason.ja for reason in Reason}) == len({reason.en for reason in Reason}) == len(Reason)


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_a_refusal_is_the_sdks_error(reason: Reason) -> None:
    refusal = Refusal(reason, amount=5000)
    code = https_fn.FunctionsErrorCode[reason.status]
    wire = https_fn.HttpsError(code, refusal.message("ja"), refusal.as_details())._as_dict()
    assert json.loads(json.dumps(wire))["details"] == {"reason": reason.name, "amount": 5000}
    assert (refusal.message("ja"), refusal.message("en")) == (reason.ja, reason.en)
    # Whatever is not English is answered in Japanese.
    assert refusal.message("fr") == reason.ja
