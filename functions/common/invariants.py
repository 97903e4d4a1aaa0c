"""Invariants: rules that say what they need to have been read, and what is wrong. Pure.

The same rules serve the tests, the demo's last table and the reconciliation. Records are given by name; a rule that
needs some that were not read is left out, so none takes "not read" for "not there".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class Violation(str):
    """A line for people, which knows the rule that it is of."""

    rule: str

    def __new__(cls, line: str, rule: str) -> Violation:
        made = super().__new__(cls, line)
        made.rule = rule
        return made


@dataclass(frozen=True)
class Rule:
    """One invariant.

    Attributes:
        name: what it is about.
        needs: the names of the records that it is called with.
        check: yields a line for people for each violation, naming the ids it is about.
    """

    name: str
    needs: tuple[str, ...]
    check: Callable[..., Iterator[str]]

    def violations(self, records: Mapping[str, Any]) -> Iterator[Violation]:
        """What is wrong; nothing if something it needs was not read."""
        if all(need in records for need in self.needs):
            for line in self.check(*(records[need] for need in self.needs)):
                yield Violation(line, self.name)


def rule(check: Callable[..., Iterator[str]]) -> Rule:
    """Make a rule of a function. The names of its parameters are what it needs."""
    code = check.__code__
    return Rule(check.__name__, code.co_varnames[: code.co_argcount], check)


def violations(rules: Iterable[Rule], records: Mapping[str, Any]) -> list[str]:
    """Every violation, in order. Empty when all is well."""
    return sorted(line for each in rules for line in each.violations(records))
