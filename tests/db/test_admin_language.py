"""The admin pages as their admins walk them: every page answers, in Thai, and nothing on it leads nowhere."""

from __future__ import annotations

import re
from collections import deque
from html.parser import HTMLParser

import pytest

from tests.world import World

pytestmark = pytest.mark.django_db

# Proper names, codes and addresses. User names, e-mail addresses and codes of agencies are shown as they are.
ALLOWED = re.compile(
    r"e-Office|ThaiD|e-bidding|[\w.+-]+@[\w.-]+|https?://\S+|\b(?:MDES|PTE|PCPAO|SVG|PNG)\b|\b[a-z]+\d?(?:-[a-z]+)*\d?(?=\)|$)",
    re.ASCII,
)
ADMINS = ["province-admin", "ministry-admin", "central-admin"]


class Page(HTMLParser):
    """What a person reads on a page, and where its links go."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self._silent += tag in ("script", "style")
        if tag == "a" and facts.get("href"):
            self.links.append(facts["href"] or "")
        for name in ("title", "alt", "aria-label", "placeholder"):
            self.words.append(facts.get(name) or "")
        if tag == "input" and facts.get("type") in ("submit", "button"):
            self.words.append(facts.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data.strip())


def crawl(world: World, who: str) -> dict[str, Page]:
    """Every page of /admin/ that links lead `who` to, one per kind of address."""
    client = world.client(who)
    waiting, seen, pages = deque(["/admin/"]), set(), {}
    while waiting:
        url = waiting.popleft()
        kind = re.sub(r"/\d+/", "/1/", re.sub(r"\?.*", "", url))
        if kind in seen:
            continue
        seen.add(kind)
        response = client.get(url)
        assert response.status_code == 200, f"{who}: {url} → {response.status_code}"
        page = pages[url] = Page(response.content.decode())
        for link in page.links:
            absolute = link if link.startswith("/") else (url.partition("?")[0] + link if link.startswith("?") else "")
            if absolute.startswith("/admin/"):
                waiting.append(absolute)
    return pages


@pytest.mark.parametrize("who", ADMINS)
def test_no_page_shows_a_foreign_word(world: World, who: str) -> None:
    usernames = {user for plan in world.plans.values() for user in (row["username"] for row in plan.people)}
    found: dict[str, str] = {}
    for url, page in crawl(world, who).items():
        for words in page.words:
            left = ALLOWED.sub("", words)
            for name in sorted(usernames, key=len, reverse=True):
                left = left.replace(name, "")
            if re.search("[A-Za-z]", left):
                found.setdefault(words, url)
    assert found == {}, "\n".join(f"{url}: {words}" for words, url in found.items())


@pytest.mark.parametrize("who", ADMINS)
def test_the_walk_reaches_the_pages_of_the_trade(world: World, who: str) -> None:
    """A crawl that reaches little proves little."""
    kinds = {re.sub(r"\d+", "1", url.partition("?")[0]) for url in crawl(world, who)}
    wanted = {
        "/admin/org/unit/",
        "/admin/org/unit/1/move/",
        "/admin/org/position/1/holders/",
        "/admin/org/user/1/password/",
    }
    if who != "central-admin":
        wanted |= {"/admin/saraban/registerfolder/1/rights/", "/admin/org/rightsgroup/1/members/"}
    assert wanted <= kinds
