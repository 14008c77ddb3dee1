"""Two kinds of provider for the tests of ThaiD: the real, certified one in its own process, and liars of our own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from pytest_django import Settings

from accounts import thaid
from accounts.demo_provider import place
from tests.oidc.liar import Liar
from tests.oidc.person import Provider

CLIENTS = {
    # Base64-looking, as DOPA's ids are (quirk 12).
    "basic": place.client("http://127.0.0.1:8000/accounts/thaid/callback/", client_id="ZS1vZmZpY2U="),
    "post": place.client(
        "http://127.0.0.1:8000/accounts/thaid/callback/",
        client_id="post=",
        token_endpoint_auth_method="client_secret_post",
    ),
    "body": place.client(
        "http://127.0.0.1:8000/accounts/thaid/callback/",
        client_id="body",
        quirks={"claims": "body", "expires_in": "absolute"},
    ),
}


@contextmanager
def running(clients: dict[str, dict[str, Any]]) -> Iterator[Provider]:
    """node-oidc-provider as in the demo, with these clients, while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = place.given(port, list(clients.values()))
    process = subprocess.Popen(
        place.command(),
        env=os.environ | {"THAID_DEMO": told, "NODE_ENV": "production"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    provider = Provider(port, clients)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                provider.counts()
                break
            except requests.ConnectionError:
                assert process.poll() is None, "the provider ended"
                assert time.monotonic() < deadline, "the provider does not answer"
                time.sleep(0.05)
        yield provider
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def provider_process() -> Iterator[Provider]:
    """One for the whole session."""
    with running(CLIENTS) as provider:
        yield provider


@pytest.fixture
def provider_of_the_site(live_server: object, settings: Settings) -> Iterator[Provider]:
    """One that knows the live server of this test, with our settings pointing at it."""
    with running({"site": place.client(f"{live_server}{place.CALLBACK}")}) as provider:
        provider.settle(settings, "site")
        thaid.forget()
        yield provider


@pytest.fixture
def provider(provider_process: Provider, settings: Settings) -> Provider:
    """The real provider, with our settings pointing at it."""
    provider_process.settle(settings, "basic")
    thaid.forget()
    return provider_process


@pytest.fixture
def liar(settings: Settings) -> Iterator[Liar]:
    """A provider that lies as told, with our settings pointing at it."""
    with Liar() as made:
        made.settle(settings)
        thaid.forget()
        yield made
