"""Points and the rotating codes they are given and paid by, as the shared entrypoints see them: nothing at Stripe."""

from __future__ import annotations

from common.alerts import Alert
from payments.domain import Comparison, Domain
from points.comparison import BALANCES, USERS
from points.invariants import RULES
from points.leaving import leave
from points.reasons import PointsReason

DOMAIN = Domain(
    name="points",
    reasons=PointsReason,
    rules=RULES,
    alerts=(Alert.POINTS_CAP_REACHED,),
    comparison=Comparison(walks=(BALANCES, USERS)),
    leave=leave,
)
