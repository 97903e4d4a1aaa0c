"""Runs the checks: each is one line, and each line says what to do when it is wrong."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from devkit.doctor.project import Function, Project, Repository, Unavailable
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


@dataclass
class Case:
    """What the checks look at.

    `found` is a project, or why there is none; `live`: it is to take real money; `before`: only that is asked which
    must be there before a deployment.
    """

    repository: Repository
    found: Project | Unavailable
    live: bool = False
    before: bool = False

    @property
    def project(self) -> Project:
        if isinstance(self.found, Unavailable):
            raise self.found
        return self.found

    @property
    def names(self) -> dict[str, str]:
        """What a remedy may name: the project, its region, and the command that deploys."""
        project = self.repository.project or "<project>"
        deploy = f"npx firebase deploy --only functions:kippu,firestore,storage --project {project}"
        return {"project": project, "region": self.repository.parameter("REGION"), "deploy": deploy}

    def secret(self, name: str) -> str:
        """A secret's value, without the blanks around it; raises Wrong when it does not exist or is blank."""
        found = self.project.secret(name)
        if found and found.value.strip():
            return found.value.strip()
        remedy = f"npx firebase functions:secrets:set {name} --project {self.names['project']}, then deploy"
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
        return self.stripe.endpoints()

    @cached_property
    def functions(self) -> list[Function]:
        found = [] if self.before else self.project.functions()
        if not found:
            raise Unavailable("nothing is deployed")
        return found

    def deployed(self, names: Container[str]) -> list[Function]:
        """Those functions of the given names that are deployed; what is not, has a line of its own."""
        found = [function for function in self.functions if function.name in names]
        if not found:
            raise Unavailable("none of them is deployed")
        return found


@dataclass(frozen=True)
class Check:
    """A row of the table: its name, what it needs, what it finds, and the remedy of every problem without its own."""

    name: str
    needs: str
    find: Callable[[Case], Found]
    remedy: str = ""

    def line(self, case: Case) -> Line:
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
        return Line(self.name, WRONG, "; ".join(found), self.remedy.format(**case.names))
