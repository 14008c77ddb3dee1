"""What the signatures in a PDF are worth: pyHanko's judgement as plain data with Thai sentences.

A signature is judged at the time of its time-stamp when a trusted authority gave one, else at `at`. Changes made after a
signature count by the rules it set itself (DocMDP, FieldMDP); poppler's `pdfsig` does not look at those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from files.pdf import BadPdf
from signing import coroutines
from signing.keys import holder_name
from signing.reading import open_reader, refusing

MAX_SIGNATURES = 64
_LEVELS = {
    ModificationLevel.NONE: "none",
    ModificationLevel.LTA_UPDATES: "long-term",
    ModificationLevel.FORM_FILLING: "form-filling",
    ModificationLevel.ANNOTATIONS: "annotations",
    ModificationLevel.OTHER: "other",
}


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature. Times are ISO 8601; `modification` is what happened to the file after it; `summary` is Thai."""

    field: str
    kind: str  # "signature" or "timestamp"
    signer: str
    organisation: str
    issuer: str
    serial: str
    signed_at: str
    timestamped_at: str
    intact: bool
    trusted: bool
    revoked: bool
    modification: str
    modification_allowed: bool
    covers_whole_file: bool
    certifies: bool
    ok: bool
    summary: str


@dataclass(frozen=True, slots=True)
class Report:
    """All signatures of a file in the order they were made. `ok`: there are some, and every one holds."""

    signatures: tuple[SignatureReport, ...]
    unsigned_fields: tuple[str, ...]
    ok: bool
    summary: str

    def as_json(self) -> dict[str, Any]:
        """Plain lists, dictionaries, strings and booleans."""
        return asdict(self)


def validate(
    pdf: bytes, roots: Sequence[x509.Certificate], *, crls: Sequence[bytes] = (), at: datetime | None = None
) -> Report:
    """Judge every signature of `pdf` by the trusted `roots`. `crls`: revocation lists, DER. Nothing is fetched.

    Raises `BadPdf` for what is no readable PDF, in bounded time.
    """
    judge = _Judge(roots, crls, at or datetime.now(UTC))
    reader = open_reader(pdf)
    with refusing("ข้อมูลลายมือชื่อในไฟล์ PDF เสียหาย จึงตรวจสอบไม่ได้"):
        embedded = list(reader.embedded_signatures)
        if len(embedded) > MAX_SIGNATURES:
            raise BadPdf("ไฟล์ PDF มีลายมือชื่อมากเกินกว่าที่ระบบตรวจสอบได้")
        unsigned = tuple(_empty_fields(reader))
        reports = tuple(judge.report(signature) for signature in embedded)
    ok = bool(reports) and all(report.ok for report in reports)
    return Report(signatures=reports, unsigned_fields=unsigned, ok=ok, summary=_overall(reports, ok))


class _Judge:
    """The roots, revocation lists and clock by which signatures are judged."""

    def __init__(self, roots: Sequence[x509.Certificate], crls: Sequence[bytes], at: datetime) -> None:
        self.roots = [asn1_x509.Certificate.load(root.public_bytes(Encoding.DER)) for root in roots]
        self.crls = [asn1_crl.CertificateList.load(crl) for crl in crls]
        self.at = at

    def context(self, moment: datetime) -> ValidationContext:
        return ValidationContext(
            trust_roots=self.roots,
            moment=moment,
            best_signature_time=moment,
            crls=self.crls,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )

    def report(self, signature: EmbeddedPdfSignature) -> SignatureReport:
        if signature.sig_object_type == "/DocTimeStamp":
            return self._timestamp(signature)
        status = self._judged(signature, self.at)
        stamped = _trusted_stamp(status)
        if stamped is not None and not status.trusted:
            status = self._judged(signature, stamped)
        return _describe(signature, status, stamped)

    def _judged(self, signature: EmbeddedPdfSignature, moment: datetime) -> PdfSignatureStatus:
        status = coroutines.run(
            async_validate_pdf_signature(
                signature,
                signer_validation_context=self.context(moment),
                ts_validation_context=self.context(self.at),
            )
        )
        assert isinstance(status, PdfSignatureStatus)
        return status

    def _timestamp(self, signature: EmbeddedPdfSignature) -> SignatureReport:
        status = coroutines.run(async_validate_pdf_timestamp(signature, self.context(self.at)))
        allowed = bool(status.docmdp_ok) or status.modification_level == ModificationLevel.LTA_UPDATES
        ok = status.intact and status.valid and status.trusted and allowed
        certificate = _certificate(signature)
        return SignatureReport(
            field=signature.field_name,
            kind="timestamp",
            **_names(certificate),
            signed_at="",
            timestamped_at=_iso(status.timestamp),
            intact=bool(status.intact and status.valid),
            trusted=bool(status.trusted),
            revoked=bool(status.revoked),
            modification=_LEVELS.get(status.modification_level or ModificationLevel.NONE, "other"),
            modification_allowed=allowed,
            covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
            certifies=False,
            ok=ok,
            summary="การประทับรับรองเวลาของเอกสารถูกต้อง" if ok else "การประทับรับรองเวลาของเอกสารตรวจสอบไม่ผ่าน",
        )


def _trusted_stamp(status: PdfSignatureStatus) -> datetime | None:
    """The time a trusted authority put on the signature itself, or None."""
    stamp = status.timestamp_validity
    return stamp.timestamp if stamp is not None and stamp.valid and stamp.intact and stamp.trusted else None


def _describe(signature: EmbeddedPdfSignature, status: PdfSignatureStatus, stamped: datetime | None) -> SignatureReport:
    level = status.modification_level
    intact = bool(status.intact and status.valid)
    allowed = bool(status.docmdp_ok)
    trusted, revoked = bool(status.trusted), bool(status.revoked)
    names = _names(_certificate(signature))
    ok = intact and trusted and allowed and not revoked and status.coverage is not None
    return SignatureReport(
        field=signature.field_name,
        kind="signature",
        **names,
        signed_at=_iso(status.signer_reported_dt),
        timestamped_at=_iso(stamped),
        intact=intact,
        trusted=trusted,
        revoked=revoked,
        modification=_LEVELS.get(level, "other") if level is not None else "other",
        modification_allowed=allowed,
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        certifies=_is_certification(signature),
        ok=ok,
        summary=_sentence(names["signer"], intact, trusted, revoked, allowed),
    )


def _sentence(signer: str, intact: bool, trusted: bool, revoked: bool, allowed: bool) -> str:
    who = f"ลายมือชื่อของ{signer}"
    if not intact:
        return f"{who}ไม่ถูกต้อง ข้อมูลที่ลงนามถูกแก้ไขภายหลัง"
    if not allowed:
        return f"{who}ไม่สมบูรณ์ เอกสารถูกเปลี่ยนแปลงเกินกว่าที่ผู้ลงนามอนุญาต"
    if revoked:
        return f"{who}ใช้ใบรับรองที่ถูกเพิกถอนแล้ว"
    if not trusted:
        return f"{who}ถูกต้อง แต่ใบรับรองไม่ได้ออกโดยผู้ให้บริการที่ระบบเชื่อถือ หรืออยู่นอกช่วงเวลาใช้งาน"
    return f"{who}ถูกต้อง เชื่อถือได้ และเอกสารไม่ถูกแก้ไข"


def _overall(reports: tuple[SignatureReport, ...], ok: bool) -> str:
    if not reports:
        return "เอกสารนี้ไม่มีลายมือชื่ออิเล็กทรอนิกส์"
    if ok:
        return f"ลายมือชื่ออิเล็กทรอนิกส์ทั้ง {len(reports)} รายการถูกต้องและเชื่อถือได้"
    failed = sum(not report.ok for report in reports)
    return f"ลายมือชื่ออิเล็กทรอนิกส์ {failed} จาก {len(reports)} รายการตรวจสอบไม่ผ่าน"


def _certificate(signature: EmbeddedPdfSignature) -> x509.Certificate:
    return x509.load_der_x509_certificate(signature.signer_cert.dump())


def _names(certificate: x509.Certificate) -> dict[str, str]:
    organisation = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    issuer = certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    return {
        "signer": holder_name(certificate),
        "organisation": str(organisation[0].value) if organisation else "",
        "issuer": str(issuer[0].value) if issuer else certificate.issuer.rfc4514_string(),
        "serial": f"{certificate.serial_number:x}",
    }


def _is_certification(signature: EmbeddedPdfSignature) -> bool:
    """Whether this is the signature the catalogue names as certifying the document (/Perms /DocMDP)."""
    permissions = signature.reader.root.get("/Perms")
    if permissions is None or "/DocMDP" not in permissions:
        return False
    return bool(permissions.raw_get("/DocMDP") == signature.sig_field.raw_get("/V"))


def _empty_fields(reader: PdfFileReader) -> list[str]:
    return [str(name) for name, _value, _field in enumerate_sig_fields(reader, filled_status=False)][:MAX_SIGNATURES]


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""
