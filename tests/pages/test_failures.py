"""What a person sees when something breaks: a Thai page, and whether to try again."""

from __future__ import annotations

from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client


@pytest.mark.parametrize(("error", "status", "words"), [
    (OperationalError("the connection is lost"), 503, "ระบบไม่พร้อมชั่วคราว"),
    (ZeroDivisionError("a mistake of ours"), 500, "ระบบขัดข้อง"),
])  # fmt: skip
def test_a_failure_has_its_page(error: Exception, status: int, words: str) -> None:
    with mock.patch("django.contrib.sessions.backends.db.SessionStore.load", side_effect=error):
        client = Client(raise_request_exception=False)
        client.cookies["sessionid"] = "somebody"
        answer = client.get("/")
    page = answer.content.decode()
    assert (answer.status_code, words in page, 'lang="th"' in page) == (status, True, True)
    assert str(error) not in page
    assert ("Retry-After" in answer.headers) == (status == 503)
