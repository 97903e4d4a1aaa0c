"""Google's REST interfaces as far as the doctor reads them: a healthy project in the documented shapes, on loopback."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from devkit import local
from devkit.doctor.project import Repository, declared, secrets_of

PROJECT = "shop-test"
PARENT = f"projects/{PROJECT}"
FUNCTIONS = f"/cloudfunctions/v2/{PARENT}/locations/-/functions"
GROUPS = f"/firestore/v1/{PARENT}/databases/(default)/collectionGroups/-"
INDEXES, FIELDS = f"{GROUPS}/indexes", f"{GROUPS}/fields"
RELEASE = f"/firebaserules/v1/{PARENT}/releases/cloud.firestore"
RULESET = f"/firebaserules/v1/{PARENT}/rulesets/0a1b2c3d"
STALE, NEWEST = "3", "4"
WEBHOOK_URI = "https://stripewebhook-0a1b2c3d4e-an.a.run.app"

Json = dict[str, Any]
Answers = dict[str, tuple[int, Json]]
"""HTTP status and body of every path that exists; a list's second page is at the path, `?` and its token."""


def secret_path(name: str) -> str:
    return f"/secretmanager/v1/{PARENT}/secrets/{name}/versions/latest:access"


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


def function(name: str, secrets: Sequence[str], codebase: str = "kippu") -> Json:
    return {
        "name": f"{PARENT}/locations/{local.REGION}/functions/{name}",
        "buildConfig": {"runtime": "python313", "entryPoint": name},
        "serviceConfig": {
            "service": f"{PARENT}/locations/{local.REGION}/services/{name.lower()}",
            "uri": WEBHOOK_URI.replace("stripewebhook", name.lower()),
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
        **{secret_path(name): (200, secret(name, f"{value}\n")) for name, value in local.SECRETS.items()},
        INDEXES: (200, {"indexes": [_index(index) for index in wanted["indexes"]]}),
        FIELDS: (200, {"fields": [_default_field(), *(_field(field) for field in wanted["fieldOverrides"])]}),
        RELEASE: (200, {"name": f"{PARENT}/releases/cloud.firestore", "rulesetName": f"{PARENT}/rulesets/0a1b2c3d"}),
        RULESET: (
            200,
            {"source": {"files": [{"name": "firestore.rules", "content": repository.text("firestore.rules")}]}},
        ),
    }


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


@contextmanager
def serving(answers: Answers) -> Iterator[str]:
    """Serve these answers; yields the base to give to `GoogleProject`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            (token,) = parse_qs(address.query).get("pageToken", [""])
            path = f"{address.path}?{token}" if token else address.path
            status, body = answers.get(path, failure(404, "NOT_FOUND"))
            if address.path == FIELDS and "ttlConfig:*" not in str(parse_qs(address.query).get("filter")):
                # Firestore lists fields by this filter only.
                status, body = failure(400, "INVALID_ARGUMENT")
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(content)))
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
