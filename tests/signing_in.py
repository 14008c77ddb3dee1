"""The sign-in page as a browser uses it, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest import mock

from django.test import Client

from tests.world import PASSWORD

SIGN_IN = "/accounts/sign-in/"
PROFILE = "/accounts/profile/"


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The clock stands at `moment`."""
    with mock.patch("django.utils.timezone.now", return_value=moment):
        yield


def enter(username: str, password: str = PASSWORD, client: Client | None = None, **more: str) -> tuple[Client, Any]:
    """The client that has sent the sign-in form, and the answer."""
    client = client or Client()
    answer = client.post(SIGN_IN, {"username": username, "password": password} | more)
    return client, answer


def text(answer: Any) -> str:
    """The page of an answer."""
    return str(answer.content.decode())
