"""The same in a real browser: our content policy, the provider's pages, and the cookie on the way back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django import Settings

from accounts import actions
from accounts.models import Invitation
from tests.oidc.person import Provider
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("EOFFICE_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"accounts-{name}.png")


def test_invited_then_at_home(
    provider_of_the_site: Provider,
    live_server: object,
    settings: Settings,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SITE_URL = str(live_server)
    user = world.user("stat-clerk")
    actions.invite(by=world.actor("province-admin"), user=user, citizen_number="9000000077775")
    invitation = Invitation.objects.get().url
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="th-TH")
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)

        page.goto(invitation)
        page.get_by_role("link", name="ยืนยันตัวตนด้วย ThaiD").click()
        expect(page.get_by_role("heading", name="ท่านคือใคร")).to_be_visible()
        picture(page, "thaid-demo")
        assert Axe().run(page, options={"resultTypes": ["violations"]}).violations_count == 0
        page.get_by_role("button", name="นายภูมิพัฒน์ นับถ้วน").click()
        page.wait_for_url(f"{live_server}/**")
        page.goto(f"{live_server}/accounts/profile/")
        expect(page.get_by_text("ระดับการพิสูจน์ตัวตน 2.3")).to_be_visible()

        page.context.clear_cookies()
        page.goto(f"{live_server}/accounts/sign-in/?next=/accounts/profile/")
        page.get_by_role("link", name="เข้าสู่ระบบด้วย ThaiD").click()
        page.get_by_role("button", name="ยกเลิก").click()
        expect(page.get_by_role("heading", name="ยังไม่ได้ยืนยันตัวตน")).to_be_visible()
        page.get_by_role("link", name="ลองใหม่ด้วย ThaiD").click()
        page.get_by_role("button", name="นายภูมิพัฒน์ นับถ้วน").click()
        page.wait_for_url(f"{live_server}/accounts/profile/")
        assert [line for line in complaints if "Content Security Policy" in line] == []
        browser.close()
