"""The local stack as a project: what `make serve` or a test's stack really has, asked over the same ports as by an app.

Where the emulators have no such thing (composite indexes, TTL, runtimes, schedules, alerts, Storage), it answers what
they take instead: the project's own files, as firebase-tools' emulators do.
"""

from typing import Any, Self

import httpx

from devkit import local
from devkit.doctor.fields import plain
from devkit.doctor.project import (
    Answer,
    Function,
    Policy,
    Repository,
    Schedule,
    Secret,
    Unavailable,
    declared,
    schedule_id,
    secrets_of,
)
from devkit.ports import HOST
from devkit.stack import Ports


class LocalProject:
    """The stack at these addresses: base URLs of functions and Stripe, `host:port` of Firestore.

    `environment` is what its functions run with, secrets included, by default the stack's own.
    """

    def __init__(self, url: str, firestore_host: str, stripe: str, environment: dict[str, str] | None = None) -> None:
        self.stripe = stripe
        self._url = url
        self._firestore_host = firestore_host
        self._environment = local.functions_env() if environment is None else environment
        repository = self._repository = Repository(local.PROJECT)
        self.indexes, self.ttl, self.not_indexed = repository.indexes, repository.ttl, repository.not_indexed

    @classmethod
    def serving(cls) -> Self:
        ports = Ports.fixed()
        return cls(f"http://{HOST}:{ports.functions}", f"{HOST}:{ports.firestore}", f"http://{HOST}:{ports.stripe}")

    def secret(self, name: str) -> Secret | None:
        return Secret(self._environment[name]) if name in self._environment else None

    def functions(self) -> list[Function]:
        return [self._function(name, it) for name, it in declared().items() if self._serves(name, it)]

    def webhook_url(self, region: str) -> str:
        return f"{self._url}/{local.PROJECT}/{region}/{local.WEBHOOK}"

    def return_page(self) -> str:
        return self._uri(local.RETURN_PAGE)

    def visit(self, url: str) -> Answer:
        found = self._get(url)
        return Answer(found.status_code, found.headers, found.text)

    def public(self, function: Function) -> bool:
        # The emulators know no permissions: what is served, is served to all.
        return bool(function.name)

    def schedules(self, region: str) -> dict[str, Schedule]:
        timed = [(name, it.scheduleTrigger) for name, it in declared().items() if it.scheduleTrigger is not None]
        return {
            schedule_id(name, region): Schedule("ENABLED", it["schedule"], it["timeZone"], self._uri(name))
            for name, it in timed
        }

    def policies(self) -> list[Policy]:
        return [found._replace(channels=1) for found in self._repository.policies()]

    def storage_rules(self) -> dict[str, str]:
        return {local.PROJECT: self._repository.text("storage.rules")}

    def documents(self, collection: str) -> dict[str, dict[str, Any]]:
        path = f"v1/projects/{local.PROJECT}/databases/(default)/documents/{collection}?pageSize=300"
        answer = self._get(f"http://{self._firestore_host}/{path}", {"Authorization": "Bearer owner"})
        return dict(plain(found) for found in answer.json().get("documents", []))

    def rules(self) -> str | None:
        # The report on the rules' coverage begins with the rules that are loaded.
        report = self._get(f"http://{self._firestore_host}/emulator/v1/projects/{local.PROJECT}:ruleCoverage")
        return "".join(file["content"] for file in report.json()["rules"]["files"])

    def _serves(self, name: str, wanted: Any) -> bool:
        """Whether the stack knows the function. A schedule is believed, because asking would run it."""
        ready = f"{self._url}{local.READY_PATH}/{name}"
        answer = self._get(self._uri(name) if wanted.callableTrigger is not None else ready)
        return answer.status_code != httpx.codes.NOT_FOUND

    def _function(self, name: str, wanted: Any) -> Function:
        bound = {secret: "" for secret in secrets_of(wanted) if secret in self._environment}
        uri = self._uri(name)
        return Function(name, local.REGION, "ACTIVE", "", secrets=bound, environment=self._environment, uri=uri)

    def _uri(self, name: str) -> str:
        return local.function_url(self._url, name)

    def _get(self, url: str, headers: dict[str, str] | None = None) -> httpx.Response:
        try:
            return httpx.get(url, headers=headers, timeout=30.0, trust_env=False)
        except httpx.HTTPError as error:
            raise Unavailable("the local stack does not answer: start it with `make serve`") from error
