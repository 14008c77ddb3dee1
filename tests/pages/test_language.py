"""A crawl as everybody of the cast: every page it reaches speaks Thai and is built as pages here are built.

From the home page over links, the parts pages load by htmx, and forms sent empty (what they answer is read too). Each
request is undone, so the order of the crawl changes nothing. Latin letters stand only where `latin_allowed.txt` or the
people and agencies themselves allow them.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urldefrag, urljoin

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.urls import Resolver404, resolve, reverse
from lxml import etree, html
from pytest_django.plugin import DjangoDbBlocker

from org.models import Agency, User
from saraban.models import RegisterFolder
from tests.matrix.cast import ANONYMOUS, EVERYBODY, WITHOUT_POST
from tests.matrix.probe import Theatre
from tests.matrix.stage import build
from tests.world import World

PAGES = 45  # of one role
OF_ONE_VIEW = 3
MOST_QUERIES = 21  # a letter with certified copies or a public link asks for them too
MOST_OF_ADMIN = 40  # forms that offer the whole subtree
FILES = {
    *("saraban:document", "saraban:enclosure", "saraban:page_image", "saraban:enclosure_page"),
    *("saraban:register_export", "intray:followup_export", "draft:preview_image", "accounts:thaid_start"),
    *("links:file", "saraban:certified", "draft:template_image", "draft:rollout_export"),
}
NOT_SENT = {"accounts:sign_out", "accounts:switch_capacity", "admin:logout", "accounts:privacy"}
ALLOWED = {
    line.strip()
    for line in (Path(__file__).parent / "latin_allowed.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
}
KEYS = {"Ctrl", "Alt", "Shift", "Enter", "Esc", "Tab", "Space", "Home", "End", *"abcdefghijklmnopqrstuvwxyz"}
_KEY = re.compile(r"(?:แป้น |\b(?:Ctrl|Shift|Alt)\+)\w+")  # (แป้น j), Ctrl+Z
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_.@/:+][A-Za-z0-9]+)*")
_ADDRESS = re.compile(r"\b[0-9a-f]{64}\b|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+|\b(?:\w+\.)+go\.th\b")
_LEAKS = re.compile(r"\bNone\b|\{\{|\}\}|\{%|&lt;|&amp;|&#|object at 0x|QuerySet")
SHOWN_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One transaction for the whole module, rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def theatre(db: None) -> Iterator[Theatre]:
    """The stage of the permission matrix, with ThaiD on."""
    with override_settings(THAID_ENABLED=True), mock.patch("accounts.thaid.advertises_pkce", return_value=False):
        yield Theatre(build(World()))


@pytest.fixture(scope="module")
def own_words(db: None, theatre: Theatre) -> set[str]:
    """Latin words that are data of the platform: account names, roman codes, words of register names."""
    words = set(User.objects.values_list("username", flat=True)) | set(Agency.objects.values_list("roman", flat=True))
    for name in RegisterFolder.objects.values_list("name", flat=True):
        words |= set(_LATIN.findall(name))
    return words


# -- what a page must be ----------------------------------------------------------------------------


def spoken(tree: Any) -> Iterator[str]:
    """Every text a person meets: visible words, what is read aloud, hints, and buttons. Not code."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag not in ("script", "style", "template", "kbd", "code"):
            yield element.text or ""
        if element.tail:
            yield element.tail
        for name in SHOWN_ATTRIBUTES:
            yield element.get(name, "")
        if element.tag == "input" and element.get("type") in ("submit", "button", "reset"):
            yield element.get("value", "")


def foreign(texts: Iterator[str], own_words: set[str]) -> Iterator[str]:
    """Latin words that stand in no list."""
    for text in texts:
        for word in _LATIN.findall(_ADDRESS.sub(" ", _KEY.sub(" ", text))):
            if word not in ALLOWED and word not in own_words:
                yield f"“{word}” in “{' '.join(text.split())[:80]}”"


def built(tree: Any, *, whole: bool) -> Iterator[str]:
    """What the structure of a page lacks. `whole`: not a part loaded into another page."""
    if whole:
        if tree.getroottree().getroot().get("lang") != "th":
            yield "the page does not say that it is Thai"
        if len(tree.xpath("//h1")) != 1:
            yield f"{len(tree.xpath('//h1'))} h1"
        if not " ".join(tree.xpath("//title/text()")).strip(" ·\n"):
            yield "no title"
        twice = [name for name, count in Counter(tree.xpath("//@id")).items() if count > 1]
        if twice:
            yield f"ids that stand twice: {twice}"
    if tree.xpath("//style | //*[@style]"):
        yield "inline style"
    if tree.xpath("//script[not(@src)][not(@nonce)][not(@type='application/json')]"):
        yield "inline script"
    events = tree.xpath("//@*[starts-with(name(), 'on')] | //@href[starts-with(., 'javascript:')]")
    if events:
        yield f"inline event {events[:3]}"
    for form in tree.xpath("//form[translate(@method, 'POST', 'post') = 'post']"):
        if not form.xpath(".//input[@name='csrfmiddlewaretoken']"):
            yield f"a form without its token: {form.get('action')}"
    for image in tree.xpath("//img[not(@alt)]"):
        yield f"an image without alt: {image.get('src')}"
    for link in tree.xpath("//a[@href] | //button"):
        named = link.text_content().strip() or link.get("aria-label") or link.get("title")
        if not named and not [alt for alt in link.xpath(".//img/@alt") if alt.strip()]:
            yield f"a link or button without words: {etree.tostring(link)[:120].decode()}"


class Queries:
    """Counts what a page asks of the database; savepoints and the note of who read what are not questions."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.count += str(sql).lstrip().startswith(("SELECT", "WITH"))
        return execute(sql, params, many, context)


# -- the crawl --------------------------------------------------------------------------------------


@dataclass
class Crawl:
    """One role's walk, breadth first, with a bounded number of pages of each view."""

    theatre: Theatre
    who: str
    own_words: set[str]
    faults: list[str] = field(default_factory=list)
    worst: tuple[int, str] = (0, "")
    seen: Counter[str] = field(default_factory=Counter)
    reached: int = 0

    def run(self, *starts: str) -> None:
        """Follow everything from `starts`."""
        queue: deque[tuple[str, str, bool]] = deque((start, "", False) for start in starts)
        known = {(start, False) for start in starts}
        while queue and self.reached < PAGES:
            path, came_from, part = queue.popleft()
            for found in self.look(path, came_from, part):
                if found not in known:
                    known.add(found)
                    queue.append((found[0], path, found[1]))

    def look(self, path: str, came_from: str, part: bool) -> list[tuple[str, bool]]:
        """One page or part: its faults are noted, its links returned as (address, whether a part)."""
        view = view_of(path)
        if view is None or view in FILES or self.seen[f"{view}{part}"] >= OF_ONE_VIEW:
            return []
        self.seen[f"{view}{part}"] += 1
        self.reached += 1
        answer, queries = self.fetch("get", path, part=part)
        if answer.status_code == 302:
            return [(urldefrag(urljoin(path, answer["Location"]))[0], False)]
        if answer.status_code != 200:
            self.note(path, f"a link of {came_from or 'the start'} leads to {answer.status_code}")
            return []
        if queries > self.worst[0]:
            self.worst = (queries, path)
        if queries > (MOST_OF_ADMIN if view.startswith("admin:") else MOST_QUERIES):
            self.note(path, f"{queries} queries")
        tree = self.read(path, answer, whole=not part)
        if tree is None:
            return []
        self.send_empty(path, tree)
        return list(links(path, tree))

    def fetch(
        self, method: str, path: str, data: dict[str, Any] | None = None, *, part: bool = False
    ) -> tuple[Any, int]:
        """The answer and how many queries it asked, undone afterwards. What only the first opening asks is not counted."""
        headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"} if part else {}
        with self.theatre.scene(self.who) as client:
            queries = Queries()
            with connection.execute_wrapper(queries):
                answer = getattr(client, method)(path, data or {}, headers=headers)
            if method == "get" and queries.count > MOST_QUERIES:
                queries = Queries()
                with connection.execute_wrapper(queries):
                    client.get(path, headers=headers)
        return answer, queries.count

    def read(self, path: str, answer: Any, *, whole: bool) -> Any:
        """Judge an answer that is a page; None for anything else."""
        if answer.streaming or not answer.get("Content-Type", "").startswith("text/html") or not answer.content.strip():
            return None
        tree: Any = html.document_fromstring(answer.content.decode())
        for fault in (*built(tree, whole=whole), *foreign(spoken(tree), self.own_words)):
            self.note(path, fault)
        for leak in _LEAKS.findall(" ".join(spoken(tree))):
            self.note(path, f"{leak} on the page")
        for key in tree.xpath("//kbd/text()"):
            if set(_LATIN.findall(key)) - KEYS:
                self.note(path, f"key {key}")
        return tree

    def send_empty(self, path: str, tree: Any) -> None:
        """Send each form of the page without its words, once for each view: what it answers is a page too."""
        for form in tree.forms:
            action = urldefrag(urljoin(path, form.action or path))[0]
            view = view_of(action)
            if form.method != "POST" or view is None or view in NOT_SENT or self.seen[f"{view} sent"]:
                continue
            self.seen[f"{view} sent"] += 1
            hidden = {one.name: one.value or "" for one in form.xpath(".//input[@type='hidden'][@name]")}
            answer, _ = self.fetch("post", action, hidden)
            if answer.status_code >= 500:
                self.note(action, f"sent empty: {answer.status_code}")
            elif answer.status_code != 302:
                self.read(f"{action} (sent empty)", answer, whole=True)

    def note(self, path: str, fault: str) -> None:
        self.faults.append(f"{path}: {fault}")


def view_of(path: str) -> str | None:
    """The name of the view at an address of ours."""
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return None


def links(path: str, tree: Any) -> Iterator[tuple[str, bool]]:
    """Where a page leads by GET, and the parts it loads."""
    for href in tree.xpath("//a[@href][not(@download)]/@href"):
        target = urldefrag(urljoin(path, href))[0]
        if target.startswith("/") and not target.startswith(("//", "/static/")):
            yield target, False
    for href in tree.xpath("//@hx-get"):
        yield urljoin(path, href), True


@pytest.mark.parametrize("who", [*sorted(EVERYBODY), ANONYMOUS])
def test_every_page_speaks_thai_and_is_well_built(theatre: Theatre, own_words: set[str], who: str) -> None:
    crawl = Crawl(theatre, who, own_words)
    if who == ANONYMOUS:
        crawl.run(reverse("accounts:sign_in"), reverse("accounts:invitation", args=[theatre.stage["invitation"]]))
    else:
        crawl.run("/", reverse("help"), reverse("accounts:profile"))
    assert crawl.reached >= (1 if who == ANONYMOUS else 8 if who in WITHOUT_POST else 25)
    assert not crawl.faults, f"{crawl.reached} pages, worst {crawl.worst}\n" + "\n".join(crawl.faults)


@pytest.mark.parametrize("path", ["/no-such-page/", "/saraban/letter/999999999/", "/admin/", "/accounts/people/"])
def test_pages_that_say_no_speak_thai_too(theatre: Theatre, own_words: set[str], path: str) -> None:
    crawl = Crawl(theatre, "local-clerk", own_words)
    answer, _ = crawl.fetch("get", path)
    assert answer.status_code in (403, 404)
    assert crawl.read(path, answer, whole=True) is not None
    assert not crawl.faults, "\n" + "\n".join(crawl.faults)
