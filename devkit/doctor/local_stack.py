"""The local stack as a project: what `make serve` or a test's stack really has, asked over the same ports as by an app.

Where the emulators have no such thing (composite indexes, TTL, runtimes), it answers what they take instead: the
project's own files, as firebase-tools' emulators do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property

import httpx

from devkit import local
from devkit.doctor.project import Endpoint, Field, Function, Index, Secret, Unavailable
from devkit.doctor.repository import Declared, Repository, functions
from devkit.doctor.stripe_account import StripeAccount
from devkit.stack import Ports, Stack

_TIMEOUT_SECONDS = 30.0


class LocalProject:
    """The stack at these addresses: base URLs of functions and Stripe, `host:port` of Firestore.

    `environment` is what its functions run with, secrets included, by default the stack's own.
    """

    name = local.PROJECT

    def __init__(
        self, url: str, firestore_host: str, stripe_url: str, environment: Mapping[str, str] | None = None
    ) -> None:
        self._url = url
        self._firestore_host = firestore_host
        self._stripe_url = stripe_url
        self._environment = local.functions_env() if environment is None else environment

    @classmethod
    def serving(cls) -> LocalProject:
        """The stack of `make serve`, on its documented ports."""
        ports, host = Ports.fixed(), "127.0.0.1"
        return cls(f"http://{host}:{ports.functions}", f"{host}:{ports.firestore}", f"http://{host}:{ports.stripe}")

    @classmethod
    def of(cls, stack: Stack) -> LocalProject:
        """A stack of this process."""
        return cls(stack.url, stack.firestore_host, stack.stripe_url)

    def secret(self, name: str) -> Secret | None:
        return Secret(self._environment[name]) if name in self._environment else None

    def functions(self) -> list[Function]:
        return [
            self._function(name, declared) for name, declared in functions().items() if self._serves(name, declared)
        ]

    def webhook_urls(self, region: str) -> tuple[str, ...]:
        return (f"{self._url}/{self.name}/{region}/{local.WEBHOOK}",)

    def public(self, function: Function) -> bool:
        # The emulators know no permissions: what is served, is served to all.
        return bool(function.name)

    def indexes(self) -> list[Index]:
        return Repository(self.name).indexes()

    def fields(self) -> list[Field]:
        return Repository(self.name).fields()

    def rules(self) -> str | None:
        # The report on the rules' coverage begins with the rules that are loaded.
        report = self._get(f"http://{self._firestore_host}/emulator/v1/projects/{self.name}:ruleCoverage")
        return "".join(file["content"] for file in json.loads(report.text)["rules"]["files"])

    def key_problem(self, key: str) -> str | None:
        return StripeAccount(key, self._stripe_url).key_problem()

    def webhook_endpoints(self, key: str) -> list[Endpoint]:
        return StripeAccount(key, self._stripe_url).endpoints()

    def _serves(self, name: str, declared: Declared) -> bool:
        """Whether the stack knows the function. A schedule is believed, because asking would run it."""
        if not declared.callable:
            return self._get(f"{self._url}{local.READY_PATH}").is_success
        return self._get(local.function_url(self._url, name)).status_code != httpx.codes.NOT_FOUND

    def _function(self, name: str, declared: Declared) -> Function:
        return Function(
            name=name,
            region=local.REGION,
            state="ACTIVE",
            runtime="",
            secrets={secret: "" for secret in declared.secrets if secret in self._environment},
            environment=self._environment,
        )

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=False)

    def _get(self, url: str) -> httpx.Response:
        try:
            return self._http.get(url)
        except httpx.HTTPError as error:
            raise Unavailable("the local stack does not answer: start it with `make serve`") from error
