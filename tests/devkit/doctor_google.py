"""Google's REST interfaces as far as the doctor reads them: a healthy project in the documented shapes, on loopback."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from checkout.reasons import CheckoutReason
from devkit import local
from devkit.doctor.project import Repository, declared, schedule_id, secrets_of
from devkit.process import ROOT
from devkit.seed import documents

from .doctor_secrets import SECRETS

PROJECT = "shop-test"
PARENT = f"projects/{PROJECT}"
FUNCTIONS = f"/cloudfunctions/v2/{PARENT}/locations/-/functions"
GROUPS = f"/firestore/v1/{PARENT}/databases/(default)/collectionGroups/-"
INDEXES, FIELDS = f"{GROUPS}/indexes", f"{GROUPS}/fields"
RELEASE = f"/firebaserules/v1/{PARENT}/releases/cloud.firestore"
RELEASES = f"/firebaserules/v1/{PARENT}/releases"
RULESET = f"/firebaserules/v1/{PARENT}/rulesets/0a1b2c3d"
STORAGE_RULESET = f"/firebaserules/v1/{PARENT}/rulesets/4e5f6a7b"
JOBS = f"/cloudscheduler/v1/{PARENT}/locations/{local.REGION}/jobs"
POLICIES = f"/monitoring/v3/{PARENT}/alertPolicies"
STALE, NEWEST = "3", "4"
WEBHOOK_URI = "https://stripewebhook-0a1b2c3d4e-an.a.run.app"

Json = dict[str, Any]
Answers = dict[str, tuple[int, Json]]
"""HTTP status and body of every path that exists; a list's second page is at the path, `?` and its token. What is on
other hosts is at `web_path`, as `website` says it."""


def secret_path(name: str) -> str:
    return f"/secretmanager/v1/{PARENT}/secrets/{name}/versions/latest:access"


def documents_path(collection: str) -> str:
    return f"/firestore/v1/{PARENT}/databases/(default)/documents/{collection}"


def web_path(url: str) -> str:
    return f"/web/{url}"


def website(status: int, text: str, **headers: str) -> tuple[int, Json]:
    """What a host that is not Google's answers; `cache_control` is the header Cache-Control."""
    return status, {"text": text, "headers": {name.replace("_", "-"): value for name, value in headers.items()}}


RETURN_PAGE = web_path(f"https://{PROJECT}.web.app/pay/return")
THE_PAGE = f"<h1>{CheckoutReason.TOKEN_INVALID.ja}</h1>"


def secret(name: str, value: str) -> Json:
    data = base64.b64encode(value.encode()).decode()
    return {"name": f"projects/123456/secrets/{name}/versions/{NEWEST}", "payload": {"data": data, "dataCrc32c": "1"}}


def failure(code: int, status: str) -> tuple[int, Json]:
    return code, {"error": {"code": code, "message": "recorded", "status": status}}


def policy_path(name: str) -> str:
    return f"/run/v2/{PARENT}/locations/{local.REGION}/services/{name.lower()}:getIamPolicy"


def policy(*members: str) -> tuple[int, Json]:
    bindings = [{"role": "roles/run.invoker", "members": list(members)}] if members else []
    return 200, {"version": 1, "etag": "BwX=", "bindings": bindings}


def uri(name: str) -> str:
    return WEBHOOK_URI.replace("stripewebhook", name.lower())


def function(name: str, secrets: Sequence[str], codebase: str = "kippu") -> Json:
    return {
        "name": f"{PARENT}/locations/{local.REGION}/functions/{name}",
        "buildConfig": {"runtime": "python313", "entryPoint": name},
        "serviceConfig": {
            "service": f"{PARENT}/locations/{local.REGION}/services/{name.lower()}",
            "uri": uri(name),
            "environmentVariables": {"THREADS": "32", "ENFORCE_APP_CHECK": "true"},
            "secretEnvironmentVariables": [
                {"key": key, "projectId": "123456", "secret": key, "version": NEWEST} for key in secrets
            ],
        },
        "state": "ACTIVE",
        "labels": {"firebase-functions-codebase": codebase},
        "environment": "GEN_2",
    }


def healthy() -> Answers:
    """What Google answers when everything is as this repository wants it."""
    repository = Repository(PROJECT)
    wanted = repository.json("firestore.indexes.json")
    ours = [function(name, secrets_of(endpoint)) for name, endpoint in declared().items()]
    flutterflow: Json = {"name": f"{PARENT}/locations/us-central1/functions/sendPush", "state": "ACTIVE"}
    return {
        # Two pages, and among them a function that is not ours.
        FUNCTIONS: (200, {"functions": [*ours[:4], flutterflow], "nextPageToken": "p2"}),
        f"{FUNCTIONS}?p2": (200, {"functions": ours[4:]}),
        **{policy_path(name): policy("allUsers") for name in declared()},
        **{secret_path(name): (200, secret(name, f"{value}\n")) for name, value in SECRETS.items()},
        INDEXES: (200, {"indexes": [_index(index) for index in wanted["indexes"]]}),
        FIELDS: (200, {"fields": [_default_field(), *(_field(field) for field in wanted["fieldOverrides"])]}),
        RELEASE: (200, _release("cloud.firestore", RULESET)),
        RELEASES: (
            200,
            {
                "releases": [
                    _release("cloud.firestore", RULESET),
                    _release(f"firebase.storage/{PROJECT}.firebasestorage.app", STORAGE_RULESET),
                ]
            },
        ),
        RULESET: (200, _ruleset("firestore.rules")),
        STORAGE_RULESET: (200, _ruleset("storage.rules")),
        JOBS: (
            200,
            {"jobs": [_job(name, it.scheduleTrigger) for name, it in declared().items() if it.scheduleTrigger]},
        ),
        POLICIES: (
            200,
            {"alertPolicies": [_policy(file) for file in sorted((ROOT / "ops" / "alerts").glob("*.json"))]},
        ),
        RETURN_PAGE: website(400, THE_PAGE, cache_control="no-store", referrer_policy="no-referrer"),
        **{documents_path(collection): (200, {"documents": found}) for collection, found in _documents().items()},
    }


def _release(name: str, ruleset: str) -> Json:
    return {"name": f"{PARENT}/releases/{name}", "rulesetName": ruleset.removeprefix("/firebaserules/v1/")}


def _ruleset(name: str) -> Json:
    return {"source": {"files": [{"name": name, "content": Repository(PROJECT).text(name)}]}}


def _job(name: str, wanted: Any) -> Json:
    return {
        "name": f"{PARENT}/locations/{local.REGION}/jobs/{schedule_id(name, local.REGION)}",
        "schedule": wanted["schedule"],
        "timeZone": wanted["timeZone"],
        "state": "ENABLED",
        "httpTarget": {
            "uri": f"{uri(name)}/",
            "httpMethod": "POST",
            "oidcToken": {"serviceAccountEmail": "123456-compute@developer.gserviceaccount.com"},
        },
    }


def _policy(file: Path) -> Json:
    return {
        **json.loads(file.read_text(encoding="utf-8")),
        "name": f"{PARENT}/alertPolicies/{file.stem}",
        "enabled": True,
        "notificationChannels": [f"{PARENT}/notificationChannels/1"],
    }


def _documents() -> dict[str, list[Json]]:
    """The seeded documents by their collections."""
    found: dict[str, list[Json]] = {}
    for path, fields in documents().items():
        name = f"{PARENT}/databases/(default)/documents/{path}"
        found.setdefault(path.split("/")[0], []).append({"name": name, "fields": encoded(fields)})
    return found


def encoded(fields: Json) -> Json:
    """Fields as Firestore's REST interface writes them."""
    return {name: _encoded(value) for name, value in fields.items()}


def _encoded(value: Any) -> Json:
    match value:
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case float():
            return {"doubleValue": value}
        case list():
            return {"arrayValue": {"values": [_encoded(item) for item in value]}}
        case dict():
            return {"mapValue": {"fields": encoded(value)}}
    return {"stringValue": value}


def _index(index: Json) -> Json:
    return {
        "name": f"{PARENT}/databases/(default)/collectionGroups/{index['collectionGroup']}/indexes/CICAgOjXh4EK",
        "queryScope": index["queryScope"],
        "fields": [*index["fields"], {"fieldPath": "__name__", "order": index["fields"][-1]["order"]}],
        "state": "READY",
    }


def _field(field: Json) -> Json:
    path = f"{PARENT}/databases/(default)/collectionGroups/{field['collectionGroup']}/fields/{field['fieldPath']}"
    return {"name": path, "indexConfig": {}, **({"ttlConfig": {"state": "ACTIVE"}} if field.get("ttl") else {})}


def _default_field() -> Json:
    ascending = {"queryScope": "COLLECTION", "fields": [{"fieldPath": "*", "order": "ASCENDING"}], "state": "READY"}
    path = f"{PARENT}/databases/(default)/collectionGroups/__default__/fields/*"
    return {"name": path, "indexConfig": {"indexes": [ascending]}}


def web_of(base: str) -> str:
    return base.replace("/{service}", web_path(""))


@contextmanager
def serving(answers: Answers) -> Iterator[str]:
    """Serve these answers; yields the base to give to `GoogleProject`, whose `web` is `web_of` that."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            (token,) = parse_qs(address.query).get("pageToken", [""])
            path = f"{address.path}?{token}" if token else address.path
            status, body = answers.get(path, failure(404, "NOT_FOUND"))
            if address.path == FIELDS and "ttlConfig:*" not in str(parse_qs(address.query).get("filter")):
                # Firestore lists fields by this filter only.
                status, body = failure(400, "INVALID_ARGUMENT")
            web = body if path.startswith(web_path("")) and "headers" in body else None
            content = (web["text"] if web else json.dumps(body)).encode()
            headers = web["headers"] if web else {"Content-Type": "application/json; charset=UTF-8"}
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/{{service}}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
