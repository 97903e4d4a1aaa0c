"""Who calls: nobody, somebody unreadable, the wrong person. Whoever may not see a thing cannot tell that it exists."""

from __future__ import annotations

from typing import Any

import pytest
from google.cloud import firestore

from devkit.client import id_token
from tests.http.client import CALLABLES, HttpClient
from tests.http.failures import failure, inline_failure
from tests.support.consultations import Consultation
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.points import STORE, staff_of

JSON = {"Content-Type": "application/json"}
TOKENS = {
    "none": None,
    "empty": "",
    "no token": "Bearer",
    "not a token": "Bearer garbage",
    "two parts": "Bearer a.b",
    "not base64": "Bearer !!.!!.!!",
    "not JSON": "Bearer YQ.YQ.YQ",
    "basic": "Basic dTE6cGFzcw==",
    "no scheme": id_token("u1"),
    "other case": f"bearer {id_token('u1')}",
    "two tokens": f"Bearer {id_token('u1')} {id_token('u2')}",
    "of another project": f"Bearer {id_token('u1', aud='other', iss='https://securetoken.google.com/other')}",
    "of nobody": f"Bearer {id_token('')}",
    "of a number": f"Bearer {id_token('u1', sub=1, user_id=1)}",
    "of nothing": f"Bearer {id_token('u1', sub=None, user_id=None)}",
    "with a path as user": f"Bearer {id_token('a/b')}",
    "with a space in the user": f"Bearer {id_token('a b')}",
    "with a NUL in the user": f"Bearer {id_token(chr(0))}",
    "of a user of 129 letters": f"Bearer {id_token('u' * 129)}",
    "very long": "Bearer " + "a" * 7_000 + ".b.c",
    "latin-1": "Bearer é.é.é",
}


ROOM_IDS = ["nodot", ".x", "..", "...", "..x", "__x__", "____.x", "__a__.x", "a.", "x" * 200, "u1."]


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("token", TOKENS)
def test_without_a_valid_token_nobody_is_let_in(http: HttpClient, token: str) -> None:
    value = TOKENS[token]
    headers: dict[Any, Any] = JSON if value is None else {**JSON, "Authorization": value.encode("latin-1")}
    for name in CALLABLES:
        answer = http.post(name, b'{"data": {"nonsense": 1}}', headers)
        assert answer.status_code == 401, (name, answer.text)
        found = failure(answer)
        assert (found.status, found.reason, found.message) == (
            "UNAUTHENTICATED",
            "UNAUTHENTICATED",
            "ユーザー認証が必要です",
        )
        # The same failure, as an ordinary answer to those who ask for it.
        inline = http.post(name, b'{"data": {"nonsense": 1, "inlineErrors": true}}', headers)
        assert inline_failure(inline) == found, name


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("uid", [".", "..", "__reserved__"])
def test_a_uid_that_firestore_cannot_hold_is_no_server_error(http: HttpClient, uid: str) -> None:
    """Custom tokens may name users freely, but Firestore takes none of these as an id."""
    for name, data in {
        "createPaymentIntent": {"imeconId": "imecon-1"},
        "redeemTicketCode": {"ticketCode": "0000-0000-0000"},
    }.items():
        answer = http.call(name, data, uid)
        assert answer.status_code < 500, (name, answer.text)
        failure(answer)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("room", ROOM_IDS)
def test_a_room_id_of_any_shape_is_no_server_error(http: HttpClient, room: str) -> None:
    others: dict[str, dict[str, Any]] = {
        "answerConsultation": {"accept": True},
        "endConsultation": {},
        "cancelPaymentIntent": {},
        "createPaymentIntent": {"imeconId": "imecon-1"},
    }
    for name, more in others.items():
        # Somebody who has bought nothing, whatever else has run in this module.
        answer = http.call(name, {"chatRoomId": room, **more}, "passer-by")
        assert answer.status_code in (400, 404), (name, answer.text)
        assert failure(answer).reason in ("ROOM_NOT_FOUND", "ROOM_NOT_REOPENABLE", "INVALID_ARGUMENT")


@pytest.fixture(scope="module")
def held(fresh: None, driver_over_http: Driver) -> Consultation:
    consultation = driver_over_http.held("u1")
    driver_over_http.wait_for_webhooks()
    return consultation


UNKNOWN = Consultation("u1", payment="pi_3Unknown0000000000000000", room="u1.abcdefghjkmnpqrs", code="0000-0000-0000")


def asked(name: str, consultation: Consultation) -> dict[str, Any]:
    by_name: dict[str, dict[str, Any]] = {
        "confirmTicket": {"paymentIntentId": consultation.payment},
        "capturePaymentIntent": {"paymentIntentId": consultation.payment, "amount": 5000},
        "cancelPaymentIntent": {"paymentIntentId": consultation.payment},
        "cancelPaymentIntent by room": {"chatRoomId": consultation.room_id},
        "answerConsultation": {"chatRoomId": consultation.room_id, "accept": True},
        "endConsultation": {"chatRoomId": consultation.room_id},
        "redeemTicketCode": {"ticketCode": consultation.code},
        "createPaymentIntent": {"imeconId": "imecon-1", "chatRoomId": consultation.room_id},
    }
    return by_name[name]


@pytest.mark.parametrize("uid", ["stranger", "imecon-2", "staff-1"])
@pytest.mark.parametrize("inline", [False, True], ids=["error", "inline"])
@pytest.mark.parametrize(
    "name",
    [
        "confirmTicket",
        "capturePaymentIntent",
        "cancelPaymentIntent",
        "cancelPaymentIntent by room",
        "answerConsultation",
        "endConsultation",
        "redeemTicketCode",
        "createPaymentIntent",
    ],
)
def test_what_belongs_to_others_is_answered_like_what_does_not_exist(
    http: HttpClient, db: firestore.Client, held: Consultation, name: str, inline: bool, uid: str
) -> None:
    before = snapshot(db)
    more = {"inlineErrors": True} if inline else {}
    function = name.split()[0]
    theirs, nothing = (http.call(function, {**asked(name, which), **more}, uid) for which in (held, UNKNOWN))
    assert (theirs.status_code, theirs.content) == (nothing.status_code, nothing.content)
    assert theirs.headers["content-type"] == nothing.headers["content-type"]
    if inline:
        inline_failure(theirs)
    else:
        failure(theirs)
    assert changed(before, snapshot(db), but=("rate_limits",)) == []


def test_control_its_own_people_are_answered_otherwise(http: HttpClient, held: Consultation) -> None:
    assert http.call("confirmTicket", asked("confirmTicket", held), "u1").status_code == 200
    buyer = failure(http.call("endConsultation", asked("endConsultation", held), "u1"))
    consultant = failure(http.call("capturePaymentIntent", asked("capturePaymentIntent", held), "imecon-1"))
    assert buyer.reason == consultant.reason == "SESSION_NOT_STARTED"


@pytest.mark.parametrize("name", ["awardPoints", "declinePointAward"])
def test_another_customers_award_is_answered_like_one_that_does_not_exist(
    http: HttpClient, driver_over_http: Driver, db: firestore.Client, held: Consultation, name: str
) -> None:
    award = driver_over_http.offered_points(10_000, "u2")
    driver_over_http.wait_for_webhooks()
    before = snapshot(db)
    for uid in ("stranger", staff_of(STORE)):
        theirs, nothing = (http.call(name, {"awardId": id_}, uid) for id_ in (award, "store-1.AAAAAAAAAAAAAAAAAAAAAA"))
        assert (theirs.status_code, theirs.content) == (nothing.status_code, nothing.content)
        assert failure(theirs).reason == "AWARD_NOT_FOUND"
    assert changed(before, snapshot(db)) == []
    assert http.call(name, {"awardId": award}, "u2").status_code == 200


@pytest.mark.parametrize(
    ("name", "uid"), [("answerConsultation", "u1"), ("capturePaymentIntent", "u1")], ids=["answer", "capture"]
)
def test_the_buyer_may_not_do_the_consultants_part(
    http: HttpClient, db: firestore.Client, held: Consultation, name: str, uid: str
) -> None:
    before = snapshot(db)
    found = failure(http.call(name, asked(name, held), uid))
    assert (found.status, found.reason) == ("PERMISSION_DENIED", "PERMISSION_DENIED")
    assert changed(before, snapshot(db)) == []


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("claim", [None, False, "true", 1, "admin", [True], {"admin": True}])
def test_only_the_claim_true_makes_an_administrator(http: HttpClient, claim: Any) -> None:
    data = {"count": 1, "validUntil": "2999-01-01T00:00:00Z"}
    found = failure(http.call("createTicketCodes", data, "u1", admin=claim))
    assert found.reason == "PERMISSION_DENIED"
