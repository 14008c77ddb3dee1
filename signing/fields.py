"""Signature fields prepared before anyone signs: after that, a new field would break the first signature.

A letter gets one field per signer on its route, one `Registry` over the places of number and date, and a few spare
invisible ones for a signer nobody foresaw.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
    enumerate_sig_fields,
)

from files.typesetting import Place
from signing.reading import open_reader, open_writer, refusing

REGISTRY = "Registry"
SPARE_PREFIX = "Spare"
POINTS_PER_MM = 72 / 25.4
_PLACES_KEY = pdf_name("/EOfficePlaces")  # second-class name: other software passes over it
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """A field to prepare: no place at all makes it invisible; several make one widget that covers them all.

    `places` are by the name under which text may later be put there; all on one page. `closes`: whoever signs here
    forbids every later change. `label` is read by screen readers.
    """

    name: str
    places: Mapping[str, Place]
    label: str = ""
    closes: bool = False


def plan_fields(
    places: Mapping[str, Place], *, signers: Sequence[str], registry: Sequence[str], spare: int = 3
) -> list[FieldPlan]:
    """The fields of a letter from the places of its `Typeset`: `signers` and `registry` name places.

    Registry places the letter does not have are passed over; a signer's missing place raises `KeyError`.
    """
    plans = [FieldPlan(name, {name: places[name]}, f"ช่องลงนามลำดับที่ {n}") for n, name in enumerate(signers, start=1)]
    found = {name: places[name] for name in registry if name in places}
    plans.append(FieldPlan(REGISTRY, found, "เลขที่และวันที่ของหนังสือ", closes=True))
    plans += [FieldPlan(f"{SPARE_PREFIX}{n}", {}, "ช่องลงนามสำรอง") for n in range(1, spare + 1)]
    return plans


def prepare(pdf: bytes, fields: Iterable[FieldPlan]) -> bytes:
    """`pdf` with the fields of `fields` appended, empty; `pdf` must be unsigned. Raises `BadPdf`."""
    writer = open_writer(pdf)
    with refusing("เตรียมช่องลงนามในไฟล์ PDF นี้ไม่ได้"):
        for plan in fields:
            _append(writer, plan)
        out = io.BytesIO()
        writer.write(out)
    return out.getvalue()


def free_fields(pdf: bytes, *, spare_only: bool = False) -> list[str]:
    """The names of the fields nobody has signed yet, in order. Raises `BadPdf`."""
    reader = open_reader(pdf)
    with refusing("อ่านช่องลงนามของไฟล์ PDF นี้ไม่ได้"):
        names = [str(name) for name, _value, _field in enumerate_sig_fields(reader, filled_status=False)]
    return [name for name in names if name.startswith(SPARE_PREFIX)] if spare_only else names


def field_size_mm(field: generic.DictionaryObject) -> tuple[float, float]:
    """Width and height of a field's widget in mm; zeros when it is invisible."""
    left, bottom, right, top = (float(value) for value in field["/Rect"])
    return abs(right - left) / POINTS_PER_MM, abs(top - bottom) / POINTS_PER_MM


def field_places(field: generic.DictionaryObject) -> dict[str, Place]:
    """The places `prepare` noted in a field, measured from the top left of its widget."""
    noted = field.get(_PLACES_KEY, {})
    return {
        str(name).removeprefix("/"): Place(0, *(float(value) for value in numbers)) for name, numbers in noted.items()
    }


def _append(writer: IncrementalPdfFileWriter, plan: FieldPlan) -> None:
    places = plan.places
    page = min((place.page for place in places.values()), default=0)
    here = {name: place for name, place in places.items() if place.page == page}
    left = min((place.left_mm for place in here.values()), default=0.0)
    top = min((place.top_mm for place in here.values()), default=0.0)
    spec = SigFieldSpec(
        sig_field_name=plan.name,
        on_page=page,
        box=_box(writer, page, list(here.values())) if here else None,  # type: ignore[arg-type]  # floats are right
        field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if plan.closes else None,
        doc_mdp_update_value=MDPPerm.NO_CHANGES if plan.closes else None,
        readable_field_name=plan.label or None,
    )
    append_signature_field(writer, spec)
    if here:
        _name, _value, reference = next(enumerate_sig_fields(writer, with_name=plan.name))
        reference.get_object()[_PLACES_KEY] = generic.DictionaryObject(
            {
                pdf_name(f"/{name}"): generic.ArrayObject(
                    generic.FloatObject(round(value, 3))
                    for value in (place.left_mm - left, place.top_mm - top, place.width_mm, place.height_mm)
                )
                for name, place in here.items()
            }
        )


def _box(writer: IncrementalPdfFileWriter, page: int, places: list[Place]) -> Box:
    """The rectangle around `places` in PDF units from the page's bottom left."""
    page_object = writer.find_page_for_modification(page)[0].get_object()
    height = float(page_object["/MediaBox"][3])
    left = min(place.left_mm for place in places)
    top = min(place.top_mm for place in places)
    right = max(place.left_mm + place.width_mm for place in places)
    bottom = max(place.top_mm + place.height_mm for place in places)
    scale = POINTS_PER_MM
    return (
        round(left * scale, 3),
        round(height - bottom * scale, 3),
        round(right * scale, 3),
        round(height - top * scale, 3),
    )
