"""Sign, sign again, number and seal: every signature holds to the end, and after the seal nothing may change."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from files.pdf import page_png
from files.typesetting import Typeset
from saraban.sheets import REGISTRY_DATE, REGISTRY_NUMBER, SignerBlock, TypedSignature, typeset_letter
from signing.appearance import Appearance
from signing.errors import (
    BadKeyFile,
    CertificateExpired,
    CertificateNotYetValid,
    FieldUnavailable,
    TimestampUnavailable,
    WeakKey,
    WrongPassphrase,
)
from signing.fields import free_fields, plan_fields, prepare
from signing.keys import load_pkcs12
from signing.pades import seal, sign
from signing.timestamps import http_timestamper
from signing.validation import Report, validate
from tests.pdf.conftest import PASSPHRASE, Signers
from tests.pdf.papers import GOVERNOR, external, memo, poppler_text, word

NUMBER, DATE = "ปท ๐๐๑๗/๑๒๓๔", "๑๔ มกราคม ๒๕๖๙"
SECOND = SignerBlock("นางสาวปัทมา น้ำทิพย์", ("หัวหน้าสำนักงานจังหวัดปทุมธานี",), "signer-2")
SHOWN = Appearance(("ลงลายมือชื่ออิเล็กทรอนิกส์โดย นายสมชาย ใจดี", "๑๔ มกราคม ๒๕๖๙ เวลา ๐๙.๓๐ น."))


def prepared(typeset: Typeset, *places: str, spare: int = 3) -> bytes:
    return prepare(
        typeset.pdf, plan_fields(typeset.places, signers=places, registry=(REGISTRY_NUMBER, REGISTRY_DATE), spare=spare)
    )


@pytest.fixture(scope="module")
def blank() -> Typeset:
    return typeset_letter(external(signers=(GOVERNOR, SECOND)))


@pytest.fixture(scope="module")
def signed(blank: Typeset, signers: Signers) -> bytes:
    """Signed by two persons on the route, not yet numbered."""
    pdf = prepared(blank, "signer-1", "signer-2")
    pdf = sign(
        pdf, field="signer-1", key=signers.governor, appearance=SHOWN, certify=True, timestamper=signers.timestamper
    )
    return sign(pdf, field="signer-2", key=signers.deputy, appearance=SHOWN, timestamper=signers.timestamper)


@pytest.fixture(scope="module")
def sealed(signed: bytes, signers: Signers) -> bytes:
    return seal(signed, number_text=NUMBER, date_text=DATE, key=signers.seal, timestamper=signers.timestamper)


def judged(pdf: bytes, signers: Signers) -> Report:
    return validate(pdf, [signers.authority.root])


def test_two_signatures_and_the_seal_all_hold(sealed: bytes, signers: Signers) -> None:
    report = judged(sealed, signers)
    assert report.ok
    assert [one.field for one in report.signatures] == ["signer-1", "signer-2", "Registry"]
    assert [one.modification for one in report.signatures] == ["form-filling", "form-filling", "none"]
    assert [one.certifies for one in report.signatures] == [True, False, False]
    assert report.signatures[-1].covers_whole_file
    assert all(one.intact and one.trusted and one.timestamped_at for one in report.signatures)
    assert report.signatures[0].signer == "นายสมชาย ใจดี"
    assert "ถูกต้อง" in report.summary
    assert report.as_json()["signatures"][0]["field"] == "signer-1"


def test_poppler_calls_them_valid_too(sealed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed)
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, check=False).stdout.decode()
    assert said.count("Signature is Valid.") == 3


def test_signed_bytes_only_ever_grow(blank: Typeset, signed: bytes, sealed: bytes) -> None:
    assert signed.startswith(blank.pdf)
    assert sealed.startswith(signed)


def test_number_and_date_stand_exactly_where_the_form_has_them(blank: Typeset, sealed: bytes) -> None:
    text = poppler_text(sealed, "-layout")
    assert f"ที่ {NUMBER}" in text
    assert DATE in text
    written = typeset_letter(external(signers=(GOVERNOR, SECOND), number=NUMBER, date_text=DATE)).pdf
    for piece in ("๐๐๑๗/๑๒๓๔", "มกราคม", "๒๕๖๙"):
        shown, typed = word(sealed, piece), word(written, piece)
        assert (shown.left, shown.top) == pytest.approx((typed.left, typed.top), abs=0.3)


def test_signatures_are_seen_on_the_page_image(blank: Typeset, sealed: bytes) -> None:
    assert page_png(sealed, 0, 600) != page_png(blank.pdf, 0, 600)


@pytest.mark.parametrize("where", [0.1, 0.3, 0.5])
def test_a_changed_byte_is_found(sealed: bytes, signers: Signers, where: float) -> None:
    """A digit of a cross-reference offset aside, any changed byte breaks every signature over it."""
    broken = bytearray(sealed)
    at = sealed.index(b"stream", int(len(sealed) * where)) + 20
    broken[at] ^= 1
    report = judged(bytes(broken), signers)
    assert not report.ok
    assert any(not one.intact for one in report.signatures)


def test_after_the_seal_nobody_signs(sealed: bytes, signers: Signers) -> None:
    with pytest.raises(FieldUnavailable):
        sign(sealed, field="Spare1", key=signers.deputy)


def test_a_change_after_the_seal_is_found_though_pdfsig_is_content(sealed: bytes, signers: Signers) -> None:
    """A signature forced into a spare field by other software: the seal does not allow it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    forced = PdfSigner(PdfSignatureMetadata(field_name="Spare1"), signers.deputy.signer).sign_pdf(writer).getvalue()
    report = judged(forced, signers)
    assert not report.ok
    assert {one.field: one.modification_allowed for one in report.signatures}["Registry"] is False


def test_a_page_changed_after_the_seal_is_found(sealed: bytes, signers: Signers) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Rotate"] = NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    report = judged(out.getvalue(), signers)
    assert not report.ok
    assert all(not one.modification_allowed for one in report.signatures)


def test_a_signer_nobody_prepared_breaks_the_first_signature_unless_in_a_spare_field(
    signed: bytes, signers: Signers
) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    new_field = SigFieldSpec("unforeseen", box=(60, 60, 200, 100))
    meta = PdfSignatureMetadata(field_name="unforeseen")
    forced = PdfSigner(meta, signers.deputy.signer, new_field_spec=new_field).sign_pdf(writer).getvalue()
    assert not judged(forced, signers).ok

    assert free_fields(signed, spare_only=True) == ["Spare1", "Spare2", "Spare3"]
    spare = sign(signed, field="Spare1", key=signers.deputy, timestamper=signers.timestamper)
    assert judged(spare, signers).ok
    assert judged(seal(spare, number_text=NUMBER, date_text=DATE, key=signers.seal), signers).ok


def test_a_field_is_signed_once(signed: bytes, signers: Signers) -> None:
    for name in ("signer-1", "no-such-field"):
        with pytest.raises(FieldUnavailable):
            sign(signed, field=name, key=signers.deputy)


def test_typed_approval_is_printed_and_the_seal_closes_the_file(signers: Signers) -> None:
    """Class ก: name, post and time stand where a signature would; the agency's seal is the only signature."""
    approval = TypedSignature("นางสาวปัทมา น้ำทิพย์", "๑๔ มกราคม ๒๕๖๙ เวลา ๐๙.๓๐ น.", "หัวหน้าสำนักงานจังหวัดปทุมธานี")
    sheet = replace(memo(), number=NUMBER, date_text=DATE).with_typed_signatures({"signer-1": approval})
    pdf = prepare(typeset_letter(sheet).pdf, plan_fields({}, signers=(), registry=()))
    closed = seal(pdf, number_text="", date_text="", key=signers.seal, timestamper=signers.timestamper)
    report = judged(closed, signers)
    assert report.ok
    assert [(one.field, one.certifies) for one in report.signatures] == [("Registry", True)]
    text = poppler_text(closed)
    for piece in (*approval.at_text.split(), "น้ำทิพย์", NUMBER, DATE, "ลงนามอิเล็กทรอนิกส์โดย"):
        assert piece in text
    with pytest.raises(FieldUnavailable):
        sign(closed, field="Spare1", key=signers.deputy)


def test_typed_approval_at_an_unknown_place_is_an_error() -> None:
    with pytest.raises(KeyError):
        memo().with_typed_signatures({"signer-9": TypedSignature("ก", "ข")})


def test_untrusted_and_revoked_signers_are_said_so(sealed: bytes, signers: Signers) -> None:
    untrusted = validate(sealed, [])
    assert not untrusted.ok and all(one.intact and not one.trusted for one in untrusted.signatures)
    assert "ไม่ได้ออกโดยผู้ให้บริการที่ระบบเชื่อถือ" in untrusted.signatures[0].summary
    issued = signers.authority.issue_person("นายถูก เพิกถอน", passphrase=PASSPHRASE)
    pdf = sign(
        prepared(typeset_letter(memo()), "signer-1"),
        field="signer-1",
        key=load_pkcs12(issued.pkcs12, PASSPHRASE),
        certify=True,
    )
    signers.authority.revoke(issued.certificate)
    report = validate(pdf, [signers.authority.root], crls=[signers.authority.crl()])
    assert not report.ok and report.signatures[0].revoked
    assert "เพิกถอน" in report.signatures[0].summary


def test_a_signature_outlives_its_certificate_when_time_stamped(signers: Signers) -> None:
    pdf = prepared(typeset_letter(memo()), "signer-1")
    stamped = sign(pdf, field="signer-1", key=signers.governor, certify=True, timestamper=signers.timestamper)
    bare = sign(pdf, field="signer-1", key=signers.governor, certify=True)
    later = datetime.now(UTC) + timedelta(days=4 * 365)
    assert validate(stamped, [signers.authority.root], at=later).ok
    assert not validate(bare, [signers.authority.root], at=later).ok


# -- keys that cannot sign, and clocks that do not answer


def test_wrong_passphrase_and_broken_key_files(signers: Signers) -> None:
    issued = signers.authority.issue_person("นาย ก", passphrase=PASSPHRASE)
    with pytest.raises(WrongPassphrase, match="รหัสผ่าน"):
        load_pkcs12(issued.pkcs12, "ผิด")
    for data in (b"", b"not a key", issued.pkcs12[:200]):
        with pytest.raises(BadKeyFile):
            load_pkcs12(data, PASSPHRASE)


def test_expired_and_future_certificates(signers: Signers) -> None:
    now = datetime.now(UTC)
    day = timedelta(days=1)
    past = signers.authority.issue_person("นาย ก", passphrase="x", not_before=now - 9 * day, not_after=now - day)
    future = signers.authority.issue_person("นาย ข", passphrase="x", not_before=now + day, not_after=now + 9 * day)
    with pytest.raises(CertificateExpired, match="หมดอายุ"):
        load_pkcs12(past.pkcs12, "x")
    with pytest.raises(CertificateNotYetValid):
        load_pkcs12(future.pkcs12, "x")
    assert load_pkcs12(past.pkcs12, "x", at=now - 5 * day).holder == "นาย ก"


def test_weak_keys_are_refused(signers: Signers) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "weak")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    data = pkcs12.serialize_key_and_certificates(b"weak", key, certificate, None, NoEncryption())
    with pytest.raises(WeakKey):
        load_pkcs12(data, "")


def test_a_dead_time_stamp_authority_signs_nothing(signers: Signers) -> None:
    """The caller may then decide to sign without a time-stamp."""
    pdf = prepared(typeset_letter(memo()), "signer-1")
    with pytest.raises(TimestampUnavailable, match="ประทับรับรองเวลา"):
        sign(pdf, field="signer-1", key=signers.governor, timestamper=http_timestamper("http://127.0.0.1:9/tsa", 2))
    report = judged(sign(pdf, field="signer-1", key=signers.governor, certify=True), signers)
    assert report.ok and report.signatures[0].timestamped_at == ""


def test_appearance_text_cannot_break_out_of_its_page(signers: Signers) -> None:
    pdf = prepared(typeset_letter(memo()), "signer-1")
    shown = Appearance(('<script>&"</style>', "{{ lines }}"))
    text = poppler_text(sign(pdf, field="signer-1", key=signers.governor, appearance=shown, certify=True))
    assert '<script>&"</style>' in text and "{{ lines }}" in text


def test_prepared_fields_are_read_out_and_keep_the_archive_format(blank: Typeset) -> None:
    with pikepdf.open(io.BytesIO(prepared(blank, "signer-1", "signer-2"))) as pdf:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        assert list(fields) == ["signer-1", "signer-2", "Registry", "Spare1", "Spare2", "Spare3"]
        assert str(fields["Registry"].TU) == "เลขที่และวันที่ของหนังสือ"
        assert int(fields["Registry"].Lock.P) == 1
        for field in fields.values():
            assert int(field.F) & 4  # printed: PDF/A wants it
            assert "/AP" in field or all(float(side) == 0 for side in field.Rect)
