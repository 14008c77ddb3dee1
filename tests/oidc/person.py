"""A person at the real provider: the browser's steps, with requests instead of a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.test import Client
from pytest_django import Settings

START = "/accounts/thaid/start/"


@dataclass
class Provider:
    """Where the real provider listens, and how we are registered there."""

    port: int
    clients: dict[str, dict[str, Any]]

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settle(self, settings: Settings, client: str) -> None:
        """Point our settings at it, as the client of that name."""
        facts = self.clients[client]
        settings.THAID_ENABLED = True
        settings.THAID_ISSUER = self.issuer
        settings.THAID_AUTHORIZE_URL = f"{self.issuer}/api/v2/oauth2/auth/"
        settings.THAID_TOKEN_URL = f"{self.issuer}/api/v2/oauth2/token/"
        settings.THAID_JWKS_URL = ""
        settings.THAID_CLIENT_ID = facts["client_id"]
        settings.THAID_CLIENT_SECRET = facts["client_secret"]
        settings.THAID_TOKEN_AUTH = facts["token_endpoint_auth_method"]
        settings.THAID_REDIRECT_URI = facts["redirect_uris"][0]
        settings.THAID_REQUIRE_NONCE = True

    def counts(self) -> dict[str, int]:
        """How often each path was asked so far."""
        found: dict[str, int] = requests.get(f"{self.issuer}/counts", timeout=5).json()
        return found


def set_out(client: Client, query: str = "") -> str:
    """Press “ThaiD” at our side: the address our server sends the browser to."""
    answer = client.get(f"{START}{query}")
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def asked(address: str) -> dict[str, str]:
    """The query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def at_thaid(address: str, pid: str) -> str:
    """Go to the provider, choose the person `pid` (empty: cancel); the address it sends the browser back to."""
    browser = requests.Session()
    page = browser.get(address, timeout=10)
    assert page.status_code == 200, page.text
    assert "ThaiD" in page.text
    answer = browser.post(page.url, data={"pid": pid}, allow_redirects=False, timeout=10)
    while answer.headers["location"].startswith(page.url[: page.url.index("/", 8)]):
        answer = browser.get(answer.headers["location"], allow_redirects=False, timeout=10)
        assert answer.status_code in (302, 303), answer.text
    return str(answer.headers["location"])


def come_back(client: Client, address: str) -> Any:
    """The browser follows to our callback, on whatever host the test client believes in."""
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def sign_in(client: Client, pid: str, query: str = "") -> Any:
    """The whole way."""
    return come_back(client, at_thaid(set_out(client, query), pid))


def heading(answer: Any) -> str:
    """The page's h1."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.S)
    return found[1].strip() if found else ""
