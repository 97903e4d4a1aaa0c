"""All that the kill matrix runs: for every function, the situations in which it takes another way through the code."""

from __future__ import annotations

from typing import Any

from .kill_scenario import KillScenario
from .kill_scenarios_accounts import ACCOUNT_SCENARIOS
from .kill_scenarios_admission import ADMISSION_SCENARIOS
from .kill_scenarios_checkout import CHECKOUT_SCENARIOS
from .kill_scenarios_console import CONSOLE_SCENARIOS
from .kill_scenarios_consultation import CONSULTATION_SCENARIOS
from .kill_scenarios_points import POINTS_SCENARIOS

SCENARIOS: tuple[KillScenario[Any], ...] = (
    *CONSULTATION_SCENARIOS,
    *CHECKOUT_SCENARIOS,
    *ADMISSION_SCENARIOS,
    *POINTS_SCENARIOS,
    *ACCOUNT_SCENARIOS,
    *CONSOLE_SCENARIOS,
)
