"""Registers of broken worlds: how each is broken, and what must be said of it; and which rules no world breaks."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, Generic, TypeVar

from consultation.invariants import World

W = TypeVar("W")


@dataclass
class Register(Generic[W]):
    """Broken worlds of one kind, by the name of the function that breaks them."""

    broken: dict[str, tuple[Callable[[W], object], str]] = field(default_factory=dict)

    def breaks(self, said: str) -> Callable[[Callable[[W], object]], Callable[[W], object]]:
        """Register a function that breaks exactly one rule in a healthy world; a violation must contain `said`."""

        def register(break_: Callable[[W], object]) -> Callable[[W], object]:
            assert break_.__name__ not in self.broken
            self.broken[break_.__name__] = (break_, said)
            return break_

        return register


_WORLDS: Register[World] = Register()
Break = Callable[[World], object]
BREAKS, breaks = _WORLDS.broken, _WORLDS.breaks


def silent_rules(module: ModuleType, checks: Iterable[Callable[[], object]]) -> tuple[int, list[int]]:
    """How many lines of a module report something, and which of these no check reaches."""
    source = str(module.__file__)
    tree = ast.parse(Path(source).read_text(encoding="utf-8"))
    reports = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Yield)}
    reached: set[int] = set()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename != source:
            return None
        if event == "line":
            reached.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    for check in checks:
        sys.settrace(trace)
        try:
            check()
        finally:
            sys.settrace(before)
    return len(reports), sorted(reports - reached)
