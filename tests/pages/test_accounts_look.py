"""The sign-in pages in a real browser, wide and on a phone: nothing axe objects to, nothing wider than the screen.

`EOFFICE_SCREENSHOTS=folder` also keeps the pictures.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright
from pytest_django import Settings

from accounts import actions
from accounts.models import Invitation, PrivacyAcceptance
from org.actions import set_password
from tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"wide": (1366, 768), "phone": (390, 844)}


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A fresh Chromium page of one size."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread; the ORM is not in it
    width, height = SIZES[request.param]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": width, "height": height}, locale="th-TH")
        made = context.new_page()
        made.set_default_timeout(15_000)
        made.size = request.param  # type: ignore[attr-defined]
        yield made
        browser.close()


def look(page: Page, name: str) -> None:
    """Check the page as it stands, and keep a picture where asked."""
    folder = os.environ.get("EOFFICE_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"accounts-{name}-{page.size}.png", full_page=True)  # type: ignore[attr-defined]
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{name}: {too_wide} px wider than the screen"
    assert page.locator("h1").count() == 1


def enter(page: Page, address: str, username: str, password: str = PASSWORD) -> None:
    page.goto(f"{address}/accounts/sign-in/?next=/accounts/profile/")
    page.get_by_label("ชื่อผู้ใช้").fill(username)
    page.get_by_label("รหัสผ่าน").fill(password)
    page.get_by_role("button", name="เข้าสู่ระบบ", exact=True).click()


def test_first_sign_in(page: Page, live_server: object, settings: Settings, world: World) -> None:
    settings.THAID_ENABLED = True
    address = str(live_server)
    PrivacyAcceptance.objects.filter(user=world.user("office-head")).delete()
    set_password(by=world.actor("province-admin"), user=world.user("office-head"), password="ชั่วคราวสักครู่หนึ่ง-1")
    page.goto(f"{address}/accounts/sign-in/")
    look(page, "sign-in")
    enter(page, address, "office-head", "ผิด")
    page.get_by_role("alert").wait_for()
    look(page, "sign-in-wrong")
    enter(page, address, "office-head", "ชั่วคราวสักครู่หนึ่ง-1")
    page.get_by_role("heading", name="ประกาศความเป็นส่วนตัว").wait_for()
    look(page, "privacy")
    page.get_by_role("button", name="รับทราบและเข้าใช้งาน").click()
    page.locator("#id_new_password").fill("ปลาทูสามตัวในตะกร้า")
    page.locator("#id_again").fill("ปลาทูสองตัวในตะกร้า")
    page.get_by_role("button", name="บันทึกรหัสผ่านใหม่").click()
    page.get_by_role("alert").wait_for()
    look(page, "password-wrong")
    page.locator("#id_new_password").fill("ปลาทูสามตัวในตะกร้า")
    page.locator("#id_again").fill("ปลาทูสามตัวในตะกร้า")
    page.get_by_role("button", name="บันทึกรหัสผ่านใหม่").click()
    page.get_by_role("heading", name="ข้อมูลของฉัน").wait_for()
    look(page, "profile")


def test_guessing(page: Page, live_server: object, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(2):
        enter(page, str(live_server), "clerk", "ผิด")
    page.get_by_role("heading", name="พักการเข้าสู่ระบบชั่วคราว").wait_for()
    look(page, "locked")


def test_people_and_invitation(page: Page, live_server: object, settings: Settings, world: World) -> None:
    settings.THAID_ENABLED = True
    address = settings.SITE_URL = str(live_server)
    actions.invite(by=world.actor("province-admin"), user=world.user("office-head"), citizen_number="9000000022229")
    enter(page, address, "province-admin")
    page.goto(f"{address}/accounts/people/")
    look(page, "people")
    page.get_by_role("link", name="นางสาวกนกวรรณ ใจซื่อ").click()
    look(page, "person")
    page.get_by_label("เลขประจำตัวประชาชน").fill("9000000044443")
    page.get_by_role("button", name="บันทึกและออกคำเชิญ").click()
    page.get_by_text("แสดงครั้งเดียว").wait_for()
    look(page, "person-invited")
    page.context.clear_cookies()
    page.goto(Invitation.objects.latest("pk").url)
    look(page, "invitation")
    page.goto(f"{address}/accounts/invitation/x/")
    look(page, "invitation-gone")
    page.goto(f"{address}/accounts/thaid/callback/?state=x&code=y")
    look(page, "thaid-problem")
