"""The points programme's stories: points earned for a payment, and a payment in points."""

from devkit import qr_image
from devkit.demo.person import Person
from devkit.demo.run import Answer, Demo, expect
from devkit.process import ROOT


def earning(demo: Demo) -> None:
    """A customer's rotating code is read by one store, which offers points; a screenshot of it is worth nothing."""
    customer, staff, other = Person(demo, "hanako"), Person(demo, "staff-1"), Person(demo, "staff-2")
    with demo.story(
        "(g) A rotating QR code, points for a payment",
        "Hanako shows her code, pays 12,850 JPY, accepts the points. A screenshot is worth nothing.",
    ):
        token = _shows(demo, customer, type="user_point_earn")
        reading = staff.calls("verifySecureQR", token=token, readerId="store-1")
        expect("the scanned customer", (reading["type"], reading["targetId"]), ("user_point_earn", "hanako"))
        other.is_refused("verifySecureQR", "QR_ALREADY_USED", token=token, readerId="store-2")
        award = staff.calls("requestPointAward", "pending", nonce=reading["nonce"], storeId="store-1", amount=12850)
        earned = customer.calls("awardPoints", awardId=award["awardId"])
        for badge in earned["badges"]:
            demo.tell("", "", f"badge {badge['name']}: {badge['description']}")
        _expect_answer(earned, points=128, newTotalPoints=128, availablePoints=128)
        expect("stamps", earned["stamp"]["count"], 1)
        expect("badges", [badge["type"] for badge in earned["badges"]], ["first_visit"])
        expect("the answer to a second tap", customer.calls("awardPoints", awardId=award["awardId"]), earned)
        demo.wait(minutes=2)
        other.is_refused("verifySecureQR", "QR_EXPIRED", token=token, readerId="store-2")


def spending(demo: Demo) -> None:
    """A store's code is read by the customers at its counter, each for themselves; a balance cannot be overdrawn."""
    staff, customer, stranger = Person(demo, "staff-1"), Person(demo, "hanako"), Person(demo, "stranger")
    with demo.story(
        "(h) A payment in points",
        "The cafe shows its code. Hanako taps twice and pays 100 points once. A stranger has none.",
    ):
        token = _shows(demo, staff, type="store_point_use", storeId="store-1")
        payment = _payment(customer, token)
        paid = customer.calls("usePoints", points=100, **payment)
        _expect_answer(paid, pointsUsed=100, equivalentAmount=100, availablePoints=28)
        expect("the answer to a second tap", customer.calls("usePoints", points=100, **payment), paid)
        customer.is_refused("usePoints", "IDEMPOTENCY_MISMATCH", points=28, **payment)
        stranger.is_refused("usePoints", "POINTS_INSUFFICIENT", points=100, **_payment(stranger, token))


def _shows(demo: Demo, person: Person, **whose: str) -> str:
    """Show a code on the screen: its image must read back as the very token that was issued."""
    token = str(person.calls("issueSecureQR", **whose)["token"])
    scan = qr_image.write_scannable(token, demo.qr_image)
    file = demo.qr_image.relative_to(ROOT) if demo.qr_image.is_relative_to(ROOT) else demo.qr_image
    demo.tell("camera", "reads the screen", f"{len(token)} characters, QR version {scan.designator}\n{file}")
    return scan.text


def _payment(customer: Person, token: str) -> Answer:
    reading = customer.calls("verifySecureQR", token=token)
    expect("the scanned store", (reading["type"], reading["targetId"]), ("store_point_use", "store-1"))
    return {"nonce": reading["nonce"], "storeId": reading["targetId"]}


def _expect_answer(answer: Answer, **fields: object) -> None:
    for name, wanted in fields.items():
        expect(name, answer[name], wanted)


STORIES = (earning, spending)
