"""Worlds in which rooms, locks, codes or flags contradict the tickets. Each function's name says what."""

from __future__ import annotations

from common import documents
from devkit.world import ConsultationRecords
from tests.support.broken_worlds import breaks
from tests.support.consultation_worlds import IMECON, add_paid

# Rooms


@breaks("room second: its ticket does not have it")
def second_room(world: ConsultationRecords) -> None:
    world.rooms["second"] = {**world.rooms["active.t"]}


@breaks("room nobody: its ticket does not have it")
def room_without_ticket(world: ConsultationRecords) -> None:
    world.rooms["nobody"] = {"status": "pending", "ticket_ref": documents.ref("tickets", "nobody")}


@breaks("room active.t: ended, ticket active.t is active")
def room_status_differs(world: ConsultationRecords) -> None:
    world.rooms["active.t"]["status"] = "ended"


@breaks("used.t: redeemed without a room")
def room_missing(world: ConsultationRecords) -> None:
    del world.rooms["used.t"]


@breaks("completed.t: redeemed without a room")
def room_of_a_finished_ticket_missing(world: ConsultationRecords) -> None:
    del world.rooms["completed.t"]


# Locks


@breaks("two live tickets for one pair")
def two_live_tickets(world: ConsultationRecords) -> None:
    second = add_paid(world, "pending_payment", buyer="active")
    world.locks[f"active__{IMECON}"] = {"ticket_id": second}


@breaks("lock used__imecon-1: holds None, live is used.t")
def lock_missing(world: ConsultationRecords) -> None:
    del world.locks[f"used__{IMECON}"]


@breaks("lock cancelled__imecon-1: holds cancelled.t, live is None")
def lock_left_over(world: ConsultationRecords) -> None:
    world.locks[f"cancelled__{IMECON}"] = {"ticket_id": "cancelled.t"}


@breaks("lock used__imecon-1: holds other.t, live is used.t")
def lock_of_another_ticket(world: ConsultationRecords) -> None:
    world.locks[f"used__{IMECON}"] = {"ticket_id": "other.t"}


# Codes


@breaks("2 counted, not as many used it")
def perk_count_differs(world: ConsultationRecords) -> None:
    world.redemptions["PERK"] = 1


@breaks("used too often")
def perk_used_too_often(world: ConsultationRecords) -> None:
    world.codes["PERK"]["max_redemptions"] = 1


@breaks("a code's ticket used.t does not have it")
def second_code(world: ConsultationRecords) -> None:
    world.codes["C-other"] = {**world.codes["C-used"]}


@breaks("a code's ticket nobody does not have it")
def code_without_ticket(world: ConsultationRecords) -> None:
    world.codes["C-other"] = {"kind": "ticket", "ticket_ref": documents.ref("tickets", "nobody"), "room": None}


@breaks("used.t: its code opened another room")
def code_opened_another_room(world: ConsultationRecords) -> None:
    world.codes["C-used"]["room"] = documents.ref("chat_rooms", "elsewhere")


@breaks("authorized.t")
def paid_ticket_without_its_code(world: ConsultationRecords) -> None:
    del world.codes["C-authorized"]


# Buyers' lists


@breaks("consultation_lists/authorized: available_ticket_codes differ")
def kept_code_missing(world: ConsultationRecords) -> None:
    world.lists["authorized"] = {**world.lists["authorized"], "available_ticket_codes": []}


@breaks("consultation_lists/used: pending None, tickets ['used.t']")
def kept_pending_missing(world: ConsultationRecords) -> None:
    world.lists["used"] = {}


@breaks("consultation_lists/completed: pending ['completed.t'], tickets []")
def kept_pending_left_over(world: ConsultationRecords) -> None:
    world.lists["completed"] = {"pending_ticket_ids": ["completed.t"]}


# Flags on users


@breaks("users/authorized: available_ticket_codes differ")
def available_codes_null(world: ConsultationRecords) -> None:
    world.users["authorized"]["available_ticket_codes"] = None


@breaks("users/imecon-1: dm_requests differ")
def request_array_of_another_type(world: ConsultationRecords) -> None:
    world.users[IMECON]["dm_requests"] = "nobody"


@breaks("users/authorized: available_ticket_codes differ")
def available_code_missing(world: ConsultationRecords) -> None:
    world.users["authorized"]["available_ticket_codes"] = []


@breaks("users/used: available_ticket_codes differ")
def available_code_left_over(world: ConsultationRecords) -> None:
    world.users["used"]["available_ticket_codes"] = ["C-used"]


@breaks("users/passer-by: pending ['x.t'], tickets []")
def pending_left_over(world: ConsultationRecords) -> None:
    world.users["passer-by"]["pending_ticket_ids"] = ["x.t"]


@breaks("users/used: pending [], tickets ['used.t']")
def pending_missing(world: ConsultationRecords) -> None:
    world.users["used"]["pending_ticket_ids"] = []


@breaks("users/used: has_pending_consultation is False")
def pending_flag_false(world: ConsultationRecords) -> None:
    world.users["used"]["has_pending_consultation"] = False


@breaks("users/passer-by: has_pending_consultation is True")
def pending_flag_true(world: ConsultationRecords) -> None:
    world.users["passer-by"]["has_pending_consultation"] = True


@breaks("users/imecon-1: dm_requests differ")
def request_array_short(world: ConsultationRecords) -> None:
    world.users[IMECON]["dm_requests"].pop()


@breaks("users/imecon-1: dm_requests differ")
def request_array_long(world: ConsultationRecords) -> None:
    world.users[IMECON]["dm_requests"].append({"user_id": "used", "ticket_code": "C-gone"})


@breaks("pending_consultations of imecon-1: used.t is missing")
def request_missing(world: ConsultationRecords) -> None:
    world.requests.remove((IMECON, "used.t"))


@breaks("pending_consultations of imecon-1: gone.t is left over")
def request_left_over(world: ConsultationRecords) -> None:
    world.requests.add((IMECON, "gone.t"))
