"""A provider of our own that lies in one respect: what it publishes and answers is whatever the test puts in."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import Client
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from pytest_django import Settings

from tests.oidc.person import asked, set_out

CLIENT_ID, SECRET, PID = "liar=", "its secret", "9000000044443"


class Liar:
    """Honest until told otherwise: change `claims`, `body`, `headers`, `status`, `key`, `sleep` … before coming back."""

    def __init__(self) -> None:
        self.key: Any = ec.generate_private_key(ec.SECP256R1())
        self.kid = "first"
        self.published: list[dict[str, Any]] | None = None
        self.metadata: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.from_now: dict[str, int] = {}  # claims that are times, in seconds from the answer
        self.without: tuple[str, ...] = ()
        self.headers: dict[str, Any] = {}
        self.algorithm = "ES256"
        self.token: str | None = None
        self.body: dict[str, Any] | bytes = {}
        self.status = 200
        self.sleep = 0.0
        self.broken: set[str] = set()
        self.seen: list[dict[str, Any]] = []
        self.counts: Counter[str] = Counter()
        self.nonce = ""

    def __enter__(self) -> Liar:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def settle(self, settings: Settings) -> None:
        """Point our settings at it. The nonce is optional, as long as nothing is known of ThaiD's."""
        settings.THAID_ENABLED = True
        settings.THAID_ISSUER = self.issuer
        settings.THAID_AUTHORIZE_URL = f"{self.issuer}/auth/"
        settings.THAID_TOKEN_URL = f"{self.issuer}/token/"
        settings.THAID_JWKS_URL = ""
        settings.THAID_CLIENT_ID, settings.THAID_CLIENT_SECRET = CLIENT_ID, SECRET
        settings.THAID_TOKEN_AUTH = "client_secret_basic"
        settings.THAID_REQUIRE_NONCE = False
        settings.THAID_TIMEOUT_SECONDS = 1

    def public(self, key: Any = None, **facts: Any) -> dict[str, Any]:
        """A public key as published."""
        key = key or self.key
        to_jwk: Callable[[Any], str] = RSAAlgorithm.to_jwk if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm.to_jwk
        return json.loads(to_jwk(key.public_key())) | {"kid": self.kid, "use": "sig"} | facts

    def id_token(self) -> str:
        """The ID token it answers with."""
        if self.token is not None:
            return self.token
        now = int(time.time())
        shifted = {name: now + seconds for name, seconds in self.from_now.items()}
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": "9999", "iat": now, "exp": now + 300,
            "nonce": self.nonce, "pid": PID, "ial": 2.3,
        }  # fmt: skip
        claims = {name: value for name, value in (claims | self.claims | shifted).items() if name not in self.without}
        return jwt.encode(claims, self.key, self.algorithm, headers={"kid": self.kid} | self.headers)

    def come_back(self, client: Client, query: str = "", **answer: str) -> Any:
        """Set out from our side and return at once with a code."""
        sent = asked(set_out(client, query))
        self.nonce = sent["nonce"]
        facts = {"state": sent["state"], "code": "the-code"} | answer
        return client.get("/accounts/thaid/callback/", facts)


def _handler(liar: Liar) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known: dict[str, Callable[[], dict[str, Any]]] = {
                "/.well-known/openid-configuration": lambda: {
                    "issuer": liar.issuer,
                    "jwks_uri": f"{liar.issuer}/jwks/",
                    **liar.metadata,
                },
                "/jwks/": lambda: {"keys": [liar.public()] if liar.published is None else liar.published},
            }
            path = urlsplit(self.path).path
            self._seen(path, {})
            self._answer(200 if path in known else 404, known.get(path, dict)(), path)

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._seen(self.path, {name: values[0] for name, values in parse_qs(data).items()})
            time.sleep(liar.sleep)
            body = liar.body
            if isinstance(body, dict) and liar.status == 200:
                body = {
                    "access_token": "a",
                    "token_type": "Bearer",
                    "expires_in": 300,
                    "id_token": liar.id_token(),
                } | body
            self._answer(liar.status, body, self.path)

        def _seen(self, path: str, form: dict[str, str]) -> None:
            liar.counts[path] += 1
            basic = self.headers.get("Authorization", "").removeprefix("Basic ")
            liar.seen.append(
                {"path": path, "form": form, "headers": dict(self.headers), "basic": b64decode(basic).decode()}
            )

        def _answer(self, status: int, body: dict[str, Any] | bytes, path: str) -> None:
            if path in liar.broken:
                self.close_connection = True
                return
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return Handler
