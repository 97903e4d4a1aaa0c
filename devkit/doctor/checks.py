"""Runs the checks: each is one line, and each line says what to do when it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from devkit.doctor.project import Endpoint, Function, Project, Unavailable
from devkit.doctor.repository import Repository

OK, SKIPPED, WRONG = "ok", "skipped", "wrong"


class Wrong(Exception):
    """Something is not as it must be: what, and the remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True)
class Line:
    """One check's outcome; `remedy` is empty unless it is wrong."""

    name: str
    status: str
    detail: str
    remedy: str = ""

    def __str__(self) -> str:
        """As it is printed."""
        remedy = f" → {self.remedy}" if self.remedy else ""
        return f"{self.status:<7}  {self.name:<29}  {self.detail}{remedy}"


class Case:
    """What the checks look at: a repository, a project, and whether it is meant to take real money (`live`)."""

    def __init__(self, repository: Repository, project: Project, *, live: bool = False) -> None:
        self.repository = repository
        self.project = project
        self.live = live

    def secret(self, name: str) -> str:
        """A secret's value, without the blanks around it.

        Raises:
            Wrong: it does not exist or is blank.
            Unavailable: nobody can tell.
        """
        found = self.project.secret(name)
        value = found.value.strip() if found else ""
        if not value:
            state = "blank" if found else "not set"
            raise Wrong(state, f"npx firebase functions:secrets:set {name} --project {self.project.name}, then deploy")
        return value

    @cached_property
    def stripe_key(self) -> str:
        """The key to ask Stripe with; a bad one has a line of its own, so here it is only unavailable."""
        try:
            return self.secret("STRIPE_SECRET_KEY")
        except Wrong as error:
            raise Unavailable("there is no Stripe key to ask with") from error

    @cached_property
    def functions(self) -> list[Function]:
        """The deployed functions; one at least."""
        found = self.project.functions()
        if not found:
            raise Unavailable("nothing is deployed")
        return found

    @cached_property
    def endpoints(self) -> list[Endpoint]:
        """Stripe's webhook endpoints."""
        return self.project.webhook_endpoints(self.stripe_key)

    @property
    def deploy(self) -> str:
        """The remedy of most things."""
        return f"npx firebase deploy --only functions:kippu,firestore --project {self.project.name}"


Check = Callable[[Case], str]
"""Says what is fine, or raises `Wrong` or `Unavailable`."""


def examine(case: Case, checks: Iterable[tuple[str, Check]]) -> list[Line]:
    """The outcome of every check."""
    return [_line(name, check, case) for name, check in checks]


def _line(name: str, check: Check, case: Case) -> Line:
    try:
        return Line(name, OK, check(case))
    except Unavailable as error:
        return Line(name, SKIPPED, str(error))
    except Wrong as error:
        return Line(name, WRONG, error.problem, error.remedy)


def none_of(problems: Iterable[str], remedy: str, fine: str) -> str:
    """`fine` when there is no problem; raises `Wrong` with all of them otherwise."""
    found = list(problems)
    if found:
        raise Wrong("; ".join(found), remedy)
    return fine
