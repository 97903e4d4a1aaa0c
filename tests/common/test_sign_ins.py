"""Sign-ins are deleted by the Admin SDK, once, and not waited for longer than a call may take."""

from __future__ import annotations

import pytest
from firebase_admin.exceptions import FirebaseError

from common import sign_ins as functions
from devkit.sign_ins import SignIns


@pytest.fixture(autouse=True)
def empty(sign_ins: SignIns) -> None:
    sign_ins.reset()


def test_deleting_again_is_no_failure(sign_ins: SignIns) -> None:
    functions.delete("somebody")
    functions.delete("somebody")
    assert sign_ins.deleted == ["somebody"]


def test_whoever_signs_in_again_exists(sign_ins: SignIns) -> None:
    functions.delete("somebody")
    assert not functions.exists("somebody")
    sign_ins.again.add("somebody")
    assert functions.exists("somebody")
    functions.delete("somebody")
    assert not functions.exists("somebody")


def test_what_cannot_be_deleted_now_is_told(sign_ins: SignIns) -> None:
    sign_ins.out_of_order = True
    with pytest.raises(FirebaseError):
        functions.delete("somebody")


def test_a_request_ends_before_a_call_does() -> None:
    assert functions._app().options.get("httpTimeout") == functions.TIMEOUT_SECONDS <= 10
