"""PAdES signatures (ETSI EN 319 142-1, B-B and B-T): persons sign, then the registry seals with number and date.

The first signature certifies the letter and permits only the filling of the prepared fields (DocMDP 2). The seal fills
`Registry` and closes the letter: from then on nothing may change but long-term evidence.
"""

from __future__ import annotations

import io

from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.stamp import BaseStampStyle, NoOpStampStyle

from signing import coroutines
from signing.appearance import Appearance, PageStampStyle, registry_page, signature_page
from signing.errors import FieldUnavailable, SigningFailed, TimestampUnavailable
from signing.fields import REGISTRY, field_places, field_size_mm
from signing.keys import SigningKey
from signing.reading import open_writer, refusing
from signing.timestamps import TimeStamper

DIGEST = "sha256"
NUMBER_PLACE, DATE_PLACE = "registry-number", "registry-date"
ROOMS_KEPT = 2000
_rooms: dict[tuple[bytes, bool], int] = {}  # by certificate, with or without a time-stamp: see `_room`


def sign(
    pdf: bytes,
    *,
    field: str,
    key: SigningKey,
    appearance: Appearance | None = None,
    certify: bool = False,
    timestamper: TimeStamper | None = None,
    reason: str = "",
    location: str = "",
) -> bytes:
    """`pdf` with the prepared `field` signed by `key`; with `timestamper` B-T, without it B-B.

    `certify` is for the first signature of a letter. Raises `FieldUnavailable`, `TimestampUnavailable`, `BadPdf` or
    `SigningFailed`; then nothing was signed.
    """
    writer = open_writer(pdf)
    _refuse_closed(writer)
    widget = _free_field(writer, field)
    width, height = field_size_mm(widget)
    style: BaseStampStyle = NoOpStampStyle()
    if appearance is not None and width and height:
        style = PageStampStyle(page=signature_page(appearance, width_mm=width, height_mm=height))
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        name=key.holder,
        reason=reason or None,
        location=location or None,
    )
    return _apply(writer, metadata, key, style, timestamper)


def seal(
    pdf: bytes,
    *,
    number_text: str,
    date_text: str,
    key: SigningKey,
    timestamper: TimeStamper | None = None,
    reason: str = "ออกเลขที่หนังสือและปิดผนึกเอกสาร",
    location: str = "",
) -> bytes:
    """`pdf` sealed by the agency's `key`: `Registry` shows number and date as given, and the letter is closed.

    A text that is empty, or whose place the form does not have, is not shown. A letter no one has signed (class ก) is
    certified by the seal itself. Raises as `sign`.
    """
    writer = open_writer(pdf)
    widget = _free_field(writer, REGISTRY)
    width, height = field_size_mm(widget)
    values = {NUMBER_PLACE: number_text, DATE_PLACE: date_text}
    style: BaseStampStyle = NoOpStampStyle()
    if width and height and any(values.values()):
        style = PageStampStyle(page=registry_page(values, field_places(widget), width_mm=width, height_mm=height))
    metadata = PdfSignatureMetadata(
        field_name=REGISTRY,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=not any(enumerate_sig_fields(writer, filled_status=True)),
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=key.holder,
        reason=reason or None,
        location=location or None,
    )
    return _apply(writer, metadata, key, style, timestamper)


def _refuse_closed(writer: IncrementalPdfFileWriter) -> None:
    """After the registry's seal nobody signs: the signature would break the seal."""
    with refusing("ข้อมูลช่องลงนามในไฟล์ PDF เสียหาย"):
        filled = [
            value for _name, value, _field in enumerate_sig_fields(writer, with_name=REGISTRY) if value is not None
        ]
    if filled:
        raise FieldUnavailable


def _free_field(writer: IncrementalPdfFileWriter, name: str) -> generic.DictionaryObject:
    with refusing("ข้อมูลช่องลงนามในไฟล์ PDF เสียหาย"):
        free = [field for _name, value, field in enumerate_sig_fields(writer, with_name=name) if value is None]
    if not free:
        raise FieldUnavailable
    widget: generic.DictionaryObject = free[0].get_object()
    return widget


def _apply(
    writer: IncrementalPdfFileWriter,
    metadata: PdfSignatureMetadata,
    key: SigningKey,
    style: BaseStampStyle,
    timestamper: TimeStamper | None,
) -> bytes:
    signer = PdfSigner(metadata, key.signer, timestamper=timestamper, stamp_style=style)
    kind = (key.certificate.fingerprint(SHA256()), timestamper is not None)
    room = _rooms.pop(kind, 0)  # a failure forgets it: the authority's time-stamps may have grown
    try:
        room = room or coroutines.run(_room(key, timestamper))
        work = signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=room, output=io.BytesIO())
        out = coroutines.run(work)
    except (TimestampRequestError, OSError) as error:
        raise TimestampUnavailable from error
    except SigningError as error:
        raise FieldUnavailable from error
    except (PdfError, ValueError) as error:
        raise SigningFailed from error
    if len(_rooms) < ROOMS_KEPT:
        _rooms[kind] = room
    return bytes(out.getvalue())


async def _room(key: SigningKey, timestamper: TimeStamper | None) -> int:
    """How many hexadecimal digits a signature by `key` may take: half as many again as a trial takes.

    pyHanko would make the trial before every signature, and ask the authority for one time-stamp more.
    """
    trial = await key.signer.async_sign(bytes(32), DIGEST, dry_run=True, use_pades=True, timestamper=timestamper)
    digits = 2 * len(trial.dump())
    return digits + 2 * (digits // 4)
