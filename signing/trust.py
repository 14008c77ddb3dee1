"""What this platform trusts, and whether a signature that has just been kept holds."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cryptography import x509
from django.conf import settings

from signing.validation import SignatureReport, validate


def trusted_roots() -> tuple[x509.Certificate, ...]:
    """The certificates in `TRUST_ROOTS_DIR` (PEM, a file may hold several). A changed folder is read again."""
    files = sorted(Path(settings.TRUST_ROOTS_DIR).glob("*.pem"))
    return _read(tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, int], ...]) -> tuple[x509.Certificate, ...]:
    return tuple(root for file, _ in files for root in x509.load_pem_x509_certificates(file.read_bytes()))


def why_not_standing(pdf: bytes, field: str) -> str:
    """Why the signature in `field` or an earlier one does not hold, in Thai; nothing when all hold.

    Each is judged by its own rules of change (DocMDP), the newest must cover the whole file. Trust in the issuer is asked
    where the platform names roots at all. Raises `BadPdf` for what is no readable PDF.
    """
    roots = trusted_roots()
    report = validate(pdf, roots)
    ours = next((one for one in report.signatures if one.field == field), None)
    if ours is None:
        return "ไม่พบลายมือชื่อที่เพิ่งลงในไฟล์ที่เก็บไว้"
    if not ours.covers_whole_file:
        return "ลายมือชื่อที่เพิ่งลงไม่ครอบคลุมทั้งไฟล์ที่เก็บไว้"
    broken = next((one for one in report.signatures if not _holds(one, judge_trust=bool(roots))), None)
    return broken.summary if broken else ""


def _holds(one: SignatureReport, *, judge_trust: bool) -> bool:
    return one.ok if judge_trust else one.intact and one.modification_allowed and not one.revoked
