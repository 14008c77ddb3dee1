"""A person at the browser: goes to pages, presses what is written on buttons, and looks whether every page is accessible."""

from __future__ import annotations

import re
from typing import Self

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
PASSWORD = "e-office-demo"
PATIENCE = 30_000  # milliseconds; a loaded machine may be slow, a person is not a clock


class Person:
    """One signed-in person with a page of his own."""

    def __init__(self, page: Page, platform: str, username: str) -> None:
        self.page, self.platform, self.username = page, platform, username

    @classmethod
    def sign_in(cls, browser: Browser, platform: str, username: str, *, phone: bool = False) -> Self:
        """Sign in by password and accept the privacy notice where it is asked for."""
        context = browser.new_context(viewport=PHONE if phone else DESK, locale="th-TH", has_touch=phone)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        person = cls(page, platform, username)
        person.go("/accounts/sign-in/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) button[type=submit]").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        if "privacy" in page.url:
            person.look()
            page.locator("main form button[type=submit]").click()
            page.wait_for_url(lambda url: "privacy" not in url)
        return person

    def go(self, path: str) -> None:
        """Open an address of the platform and look at the page."""
        self.page.goto(path if path.startswith("http") else self.platform + path)
        self.look()

    def look(self) -> None:
        """The page is whole: Thai, one heading, no error page, nothing axe objects to."""
        self.page.wait_for_load_state()
        expect(self.page.locator("html")).to_have_attribute("lang", "th")
        assert self.page.locator("h1").count() == 1, self.page.url
        found = Axe().run(self.page).response["violations"]
        wrong = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
        assert not wrong, (self.page.url, wrong)

    def press(self, words: str, *, inside: str = "main") -> None:
        """Press the button or link that says `words`, and look at where it leads."""
        self.follow(self.find(words, inside=inside))

    def follow(self, target: Locator) -> None:
        """Press what leads to another page, wait until that page is there, and look at it."""
        self.page.evaluate("window.left = false")
        target.click()
        self.page.wait_for_function("window.left === undefined")
        self.look()

    def open(self, words: str) -> None:
        """Follow the row or link called `words`."""
        self.follow(self.page.locator("main").get_by_role("link", name=words).locator("visible=true").first)

    def find(self, words: str, *, inside: str = "main") -> Locator:
        """The visible button or link whose whole text is `words`."""
        exact = re.compile(rf"^\s*{re.escape(words)}\s*$")
        return self.page.locator(f"{inside} :is(a, button):visible").filter(has_text=exact).first

    def sees(self, words: str) -> None:
        """Wait until the page shows `words`."""
        expect(self.page.get_by_text(words).locator("visible=true").first).to_be_visible(timeout=PATIENCE)

    def waits_for(self, words: str) -> None:
        """Load the page anew until it shows `words`: a job in the background has to finish first."""
        for _ in range(60):
            if self.page.get_by_text(words).locator("visible=true").count():
                return
            self.page.wait_for_timeout(500)
            try:
                self.page.reload()
            except PlaywrightError:  # the page was just loading itself anew: its job has finished
                self.page.wait_for_load_state()
        raise AssertionError((self.page.url, words, self.page.locator("main").inner_text()[:1500]))

    def choose(self, name: str, words: str, nth: int = 0) -> None:
        """Choose in the `nth` select called `name` the option whose text begins with `words`."""
        select = self.page.locator(f"select[name={name}]").nth(nth)
        option = select.locator("option").filter(has_text=re.compile(rf"^\s*{re.escape(words)}")).first
        select.select_option(option.get_attribute("value"))
