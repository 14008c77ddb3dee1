"""A person whose browser is a script: opens pages, fills the forms that stand on them, and presses again when nobody answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Self

import requests
from lxml import html

from tests.storms.running import PATIENCE

PASSWORD = "e-office-demo"
ANSWER_SECONDS = 30


class Visitor:
    """One signed-in person."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.http = requests.Session()
        self.unanswered = 0

    @classmethod
    def sign_in(cls, address: str, username: str) -> Self:
        """Through the sign-in page, by password."""
        visitor = cls(address)
        fields = visitor.form("/accounts/sign-in/", having="password") | {"username": username, "password": PASSWORD}
        assert visitor.post("/accounts/sign-in/", fields).status_code == 302, username
        return visitor

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.address + path, timeout=ANSWER_SECONDS, allow_redirects=False)

    def post(self, path: str, fields: dict[str, Any]) -> requests.Response:
        return self.http.post(self.address + path, data=fields, timeout=ANSWER_SECONDS, allow_redirects=False)

    def form(self, path: str, *, having: str = "once") -> dict[str, Any]:
        """What the form with the field `having` on a page would post if nobody typed anything."""
        page = self.get(path)
        assert page.status_code == 200, (path, page.status_code, page.headers.get("location"))
        return self.form_of(page, having=having)

    @staticmethod
    def form_of(page: requests.Response, *, having: str = "once") -> dict[str, Any]:
        """The same of a page that is open already."""
        document: Any = html.document_fromstring(page.content)
        forms = document.forms
        found = next((one for one in forms if having in one.fields), None)
        assert found is not None, (page.url, [list(one.fields) for one in forms])
        return dict(found.form_values())

    def press(self, path: str, **typed: Any) -> requests.Response:
        """Open a form that acts once and send it."""
        return self.post(path, self.form(path) | typed)

    def send(self, letter: int, unit: int) -> None:
        """ส่งหนังสือ: choose the unit, look once more, send."""
        path = f"/saraban/registry/dispatch/{letter}/"
        review = self.post(path, self.form(path, having="find") | {"to": [unit], "step": "review"})
        assert review.status_code == 200, review.text[:1500]
        answer = self.post(path, self.form_of(review))
        assert answer.status_code == 302, answer.text[:500]

    def insist(self, path: str, fields: Callable[[], dict[str, Any]]) -> requests.Response:
        """Post until there is an answer without an error of the server, as a person who presses the button again."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self.post(path, fields())
                if answer.status_code < 500:
                    return answer
                assert time.monotonic() < deadline, answer.text[:500]
            except requests.RequestException as error:
                assert time.monotonic() < deadline, error
            self.unanswered += 1
            time.sleep(0.3)
