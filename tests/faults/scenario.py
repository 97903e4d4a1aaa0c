"""What a row of the kill matrix is."""

from __future__ import annotations

from dataclasses import dataclass

from .situations import Situation, Step


@dataclass(frozen=True)
class Scenario:
    """One way through one function.

    Attributes:
        function: the deployed name.
        name: what is special here.
        before: where the buyer stands.
        act: the call that is killed.
        end: what is left when its client repeated it and a few minutes passed, as ``Scene.ends`` and ``visits.ends``
            show it.
        unseen: what may be left besides ``end`` when nobody repeats the call.
        late: with which reasons the repetition may be refused, because the killed call was done after all.
        wait: seconds between ``before`` and ``act``.
        forgotten: seconds until all is tidied up if nobody repeats the call.
        alone: whether the call acts on all there is, so that each kill needs a world of its own.
    """

    function: str
    name: str
    before: Situation
    act: Step
    end: str
    unseen: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    wait: float = 0.0
    forgotten: float = 0.0
    alone: bool = False

    def __str__(self) -> str:
        return f"{self.function}-{self.name}".replace(" ", "-")
