"""The channel to Firestore as it is opened in production: encrypted, and with the process's own credentials."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc  # type: ignore[import-untyped]
import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from devkit.local import FUNCTIONS_DIR
from tests.support.scripted_firestore import ScriptedFirestore

ACCOUNT = "kippu@demo-kippu.iam.gserviceaccount.com"
DATABASE = "projects/demo-kippu/databases/(default)"
READ_ONE = f"""
import sys
from common import documents, firestore_api
from common.firestore_api import FirestoreApi
api = FirestoreApi(firestore_api.channel(sys.argv[1]), {DATABASE!r})
(answer,) = api.batch_get_documents([{DATABASE!r} + "/documents/a/b"], None, documents._RETRY, 10.0)
print(answer.missing)
"""


def _certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    """Of this machine, by itself, for an hour."""
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )


def test_it_is_encrypted_and_carries_the_credentials_and_where_it_goes(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificate = _certificate(key).public_bytes(Encoding.PEM)
    roots, account = tmp_path / "roots.pem", tmp_path / "account.json"
    roots.write_bytes(certificate)
    account.write_text(
        json.dumps(
            {
                "type": "service_account",
                "client_email": ACCOUNT,
                "private_key": pem.decode(),
                "token_uri": "https://oauth2.googleapis.com/token",
            }
        )
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("FIRESTORE_")}
    env |= {"GOOGLE_APPLICATION_CREDENTIALS": str(account), "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(roots)}
    with ScriptedFirestore(grpc.ssl_server_credentials([(pem, certificate)])) as server:
        host = f"localhost:{server.port}"
        read = [sys.executable, "-c", READ_ONE, host]
        ran = subprocess.run(read, env=env, cwd=FUNCTIONS_DIR, capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == f"{DATABASE}/documents/a/b", ran.stderr
    (headers,) = server.headers
    token = headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, key.public_key(), ["RS256"], audience="https://firestore.googleapis.com/")
    assert claims["sub"] == ACCOUNT
    assert headers["google-cloud-resource-prefix"] == DATABASE
    assert headers["x-goog-request-params"] == f"database={DATABASE}"
    assert "grpc/" in headers["x-goog-api-client"]
