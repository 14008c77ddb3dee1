"""The demo: everything the annex names, loaded once and only once, and its accounts as printed."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from eoffice import demo
from eoffice.demo.accounts import table, usernames
from eoffice.demo.platform import PASSWORD
from org.models import Agency, LetterCode, User
from saraban.models import RegisterFolder
from tests.world import ROLES, World

pytestmark = pytest.mark.django_db

ANNEX_PROVINCE = """
(ทะเบียนรับ) ผู้ว่าราชการจังหวัด|(ทะเบียนรับ) รองผู้ว่าราชการจังหวัด คนที่ 1|(ทะเบียนรับ) รองผู้ว่าราชการจังหวัด คนที่ 2
(ทะเบียนรับ) รองผู้ว่าราชการจังหวัด คนที่ 3|(ทะเบียนรับ) รองผู้ว่าราชการจังหวัด คนที่ 4|(ทะเบียนรับ) ศาลากลางจังหวัด
(ทะเบียนส่ง) จังหวัด|(ทะเบียนรับ) จังหวัด|(คำสั่ง) จังหวัด|(ประกาศ) จังหวัด|สัญญาซื้อขาย จังหวัด|(ทะเบียนราคา) จังหวัด
ประกาศราคากลางอิเล็กทรอนิกส์ (e-bidding) จังหวัด|(ทะเบียนรับ) สำนักงานจังหวัด|(ทะเบียนส่ง/เวียน) สำนักงานจังหวัด
(คำสั่ง) สำนักงานจังหวัด|(ทะเบียนรับ) กลุ่มงานอำนวยการ|(ทะเบียนส่ง) กลุ่มงานอำนวยการ
"""
ANNEX_MINISTRY = [
    f"({kind}) {who}"
    for kind in ("ทะเบียนรับ", "ทะเบียนส่ง", "หนังสือรับ")
    for who in (
        *("ปลัดกระทรวง", "รองปลัดกระทรวง คนที่ 1", "รองปลัดกระทรวง คนที่ 2"),
        *("ผู้ตรวจราชการ คนที่ 1", "ผู้ตรวจราชการ คนที่ 2", "ที่ปรึกษา/ผู้ทรงคุณวุฒิ"),
    )
]


def test_every_folder_of_the_annex_is_there(world: World) -> None:
    """Names as in annex ง with the province's own name put in; both offices have their contract and price registers."""
    ours = {name.replace("ปทุมธานี", "").replace("  ", " ") for name in _names("PTE")}
    assert {name for line in ANNEX_PROVINCE.split("\n") for name in line.split("|") if name} <= ours
    for name in ("สัญญาซื้อขาย จังหวัดปทุมธานี", "(ทะเบียนราคา) จังหวัดปทุมธานี"):
        owners = set(RegisterFolder.objects.filter(name=name).values_list("owner_unit__name", flat=True))
        assert owners == {"ศาลากลางจังหวัดปทุมธานี", "สำนักงานจังหวัดปทุมธานี"}
    assert set(ANNEX_MINISTRY) <= set(_names("MDES"))


def test_loading_again_adds_nothing(world: World) -> None:
    def count() -> tuple[int, int, int]:
        return Agency.objects.count(), User.objects.count(), RegisterFolder.objects.count()

    before = count()
    said: list[str] = []
    demo.load(said.append)
    assert count() == before and said == []


def test_the_accounts_are_those_of_the_cast_and_open_with_the_one_password(world: World) -> None:
    assert set(usernames()) == set(ROLES) - {"superuser"}
    hashes = set(User.objects.filter(username__in=usernames()).values_list("password", flat=True))
    assert all(User(password=one).check_password(PASSWORD) for one in hashes)
    others = User.objects.exclude(username__in=[*usernames(), "superuser"])
    assert others.exists() and not any(user.has_usable_password() for user in others)
    assert not User.objects.exclude(email="").exclude(email__endswith=".example.go.th").exists()


def test_the_printed_table(world: World) -> None:
    out = StringIO()
    call_command("demo", accounts=True, stdout=out)
    assert out.getvalue().strip() == table().strip()
    for name in usernames():
        assert f"  {name} " in out.getvalue()
    assert "รักษาราชการแทน รองผู้ว่าราชการจังหวัดปทุมธานี" in out.getvalue()


def test_letter_codes(world: World) -> None:
    assert LetterCode.objects.filter(kind="PROVINCE").count() == 76
    assert LetterCode.objects.get(code="ปท").name == "จังหวัดปทุมธานี"
    assert LetterCode.objects.get(code="ดศ").name == "กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม"


def test_each_agency_can_receive_and_send(world: World) -> None:
    """The registry unit has a receive folder of its own, and somebody may register into it."""
    for agency in Agency.objects.select_related("registry_unit"):
        folder = RegisterFolder.objects.filter(owner_unit=agency.registry_unit, kind="RECEIVE").first()
        assert folder is not None
        assert folder.rights.filter(permission__codename="register_incoming").exists()


def test_a_new_installation_opens_once(world: World, tmp_path: object) -> None:
    with pytest.raises(CommandError, match="มีผู้ดูแลระบบกลางอยู่แล้ว"):
        call_command("open_platform", "root", first_name="ก", password_file=_file(tmp_path))
    User.objects.filter(platform_role="CENTRAL").update(platform_role="")
    call_command("open_platform", "root", first_name="ก", password_file=_file(tmp_path), stdout=StringIO())
    assert User.objects.get(username="root").platform_role == "CENTRAL"


def _names(roman: str) -> list[str]:
    return list(RegisterFolder.objects.filter(agency__roman=roman).values_list("name", flat=True))


def _file(folder: object) -> object:
    path = folder / "password"  # type: ignore[operator]
    path.write_text("ปลอดภัย-พอควร-99\n", encoding="utf-8")
    return path
