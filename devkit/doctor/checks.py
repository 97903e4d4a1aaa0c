"""Runs the checks: each is one line, and each line says what to do when it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from devkit.doctor.project import Function, Project, Unavailable
from devkit.doctor.repository import Repository
from devkit.doctor.stripe_account import StripeAccount

OK, SKIPPED, WRONG = "ok", "skipped", "wrong"
FILES, SECRETS, DEPLOYMENT = "this repository", "the secrets, and Stripe", "a deployment"
LATER = "the deployment brings it (--before)"

Found = str | list[str]
"""What is fine, in a few words; or the problems."""


class Wrong(Exception):
    """Something is not as it must be, and has a remedy of its own."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.remedy = remedy


@dataclass(frozen=True)
class Line:
    """One check's outcome; `remedy` is empty unless it is wrong."""

    name: str
    status: str
    detail: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f" → {self.remedy}" if self.remedy else ""
        return f"{self.status:<7}  {self.name:<29}  {self.detail}{remedy}"


class Case:
    """What the checks look at.

    A repository; a project, or why there is none; whether it is to take real money (`live`); and whether only that is
    asked which must be there `before` a deployment.
    """

    def __init__(
        self, repository: Repository, project: Project | Unavailable, *, live: bool = False, before: bool = False
    ) -> None:
        self.repository = repository
        self.live = live
        self.before = before
        self.name = repository.project or "<project>"
        self._project = project

    @property
    def project(self) -> Project:
        """The project; raises Unavailable where there is none."""
        if isinstance(self._project, Unavailable):
            raise self._project
        return self._project

    def secret(self, name: str) -> str:
        """A secret's value, without the blanks around it; raises Wrong when it does not exist or is blank."""
        found = self.project.secret(name)
        if found and found.value.strip():
            return found.value.strip()
        remedy = f"npx firebase functions:secrets:set {name} --project {self.name}, then deploy"
        raise Wrong("blank" if found else "not set", remedy)

    @cached_property
    def stripe(self) -> StripeAccount:
        """Stripe, asked with the project's key; a bad one has a line of its own, so here it is only unavailable."""
        try:
            return StripeAccount(self.secret("STRIPE_SECRET_KEY"), self.project.stripe)
        except Wrong as error:
            raise Unavailable("there is no Stripe key to ask with") from error

    @cached_property
    def endpoints(self) -> list[Any]:
        """Stripe's webhook endpoints."""
        return self.stripe.endpoints()

    @cached_property
    def functions(self) -> list[Function]:
        """The deployed functions; one at least."""
        found = [] if self.before else self.project.functions()
        if not found:
            raise Unavailable("nothing is deployed")
        return found


@dataclass(frozen=True)
class Check:
    """A row of the table: its name, what it needs, what it finds, and the remedy of every problem without its own.

    A remedy may name `{project}`, `{region}` and `{deploy}`, the command that deploys.
    """

    name: str
    needs: str
    find: Callable[[Case], Found]
    remedy: str = ""

    def line(self, case: Case) -> Line:
        """The check's outcome."""
        try:
            if case.before and self.needs == DEPLOYMENT:
                raise Unavailable(LATER)
            found = self.find(case)
        except Unavailable as error:
            return Line(self.name, SKIPPED, str(error))
        except Wrong as error:
            return Line(self.name, WRONG, str(error), error.remedy)
        if isinstance(found, str):
            return Line(self.name, OK, found)
        deploy = f"npx firebase deploy --only functions:kippu,firestore --project {case.name}"
        remedy = self.remedy.format(deploy=deploy, project=case.name, region=case.repository.region)
        return Line(self.name, WRONG, "; ".join(found), remedy)


def examine(case: Case, checks: Iterable[Check]) -> list[Line]:
    """The outcome of every check."""
    return [check.line(case) for check in checks]
