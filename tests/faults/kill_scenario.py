"""What a row of the kill matrix is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from tests.support.driver import Driver

Subject = TypeVar("Subject")
"""What a scenario is about: a ``Consultation`` or a ``Visit``."""


@dataclass(frozen=True)
class KillScenario(Generic[Subject]):
    """One way through one function.

    Attributes:
        function: the deployed name.
        name: what is special here.
        before: brings what the scenario is about, for a buyer or customer of this uid, to where the call is made.
        act: the call that is killed.
        end: what is left when its client repeated it and a few minutes passed, as ``Driver.outcomes`` and
            ``Driver.point_outcomes`` show it.
        unseen: what may be left besides ``end`` when nobody repeats the call.
        late: with which reasons the repetition may be refused, because the killed call was done after all.
        wait: seconds between ``before`` and ``act``.
        forgotten: seconds until all is tidied up if nobody repeats the call.
        alone: whether the call acts on all there is, so that each kill needs documents of its own.
    """

    function: str
    name: str
    before: Callable[[Driver, str], Subject]
    act: Callable[[Driver, Subject], object]
    end: str
    unseen: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    wait: float = 0.0
    forgotten: float = 0.0
    alone: bool = False

    def __str__(self) -> str:
        return f"{self.function}-{self.name}".replace(" ", "-")
