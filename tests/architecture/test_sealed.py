"""What is written about a letter is sealed when the letter is classified: a new column cannot be forgotten (ADR 6)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models

from common.relations import referring
from files.models import StoredFile
from saraban.actions.classified import files_by_letter
from saraban.models import Letter
from saraban.models.sealed import _SealedField, sealed_fields

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = (
    "saraban",
    "draft",
    "intray",
    "notifications",
    "signing",
    "eoffice",
    "archive",
    "exchange",
    "meeting",
    "circular",
)
# A text column of a row about a letter that says nothing of the letter, and why.
HARMLESS = {
    "capacity": "who wrote, as a title",
    "person": "who wrote, as a name",
    "title_lines": "who wrote, as a title",
    "number": "a register's number",
    "proposal": "the key of an outbox message",
    "editor": "the name of an open page",
    "letter.to_units": "ids of units",
    "draft.editor": "the name of an open page",
    "lettersheet.form": "the name of a form",
    "lettersheet.places": "places on paper in millimetres",
    "delivery.receipt_number": "a register's number",
    "enclosurelink.token": "a letter with a link is never classified (a trigger refuses it)",
    "enclosurelink.revoke_reason": "why a public link ended; written before the class was given, or by the machine",
    "lettercopy.name": "who certified, as a name",
    "lettercopy.title": "who certified, as a title",
    "batchitem.reason": "a refusal: sentences of ours",
    "uploadedpaper.error": "sentences of ours",
    "uploadedpaper.notes": "sentences of ours",
    "uploadedpaper.before": "places on paper in millimetres",
    "secretpaper.from_post": "a post: all that is kept of a paper of ชั้นลับที่สุด",
    "secretpaper.to_posts": "posts: all that is kept of a paper of ชั้นลับที่สุด",
}


def about_letters() -> Iterator[type[models.Model]]:
    """Letters, what refers to them, and what refers to that."""
    first = {model for model, _ in referring(Letter)} - {Letter}
    second = {model for near in first for model, _ in referring(near)}
    yield from (model for model in {Letter, *first, *second} if model._meta.app_label in APPS)


def words_of(model: type[models.Model]) -> Iterator[models.Field[object, object]]:
    """Its columns that can hold what somebody wrote."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices:
            yield field


def test_every_text_about_a_letter_is_sealed_or_harmless() -> None:
    open_words = [
        f"{model._meta.model_name}.{field.name}"
        for model in about_letters()
        for field in words_of(model)
        if not isinstance(field, _SealedField)
        and field.name not in HARMLESS
        and f"{model._meta.model_name}.{field.name}" not in HARMLESS
    ]
    assert sorted(open_words) == [], "use saraban.models.sealed, or say here why it may lie open"


def test_every_file_of_a_letter_is_found_when_it_is_classified() -> None:
    found = {model for model, _, _ in files_by_letter()}
    known = {"garudadrawing", "signingjob"}  # the platform's drawing; jobs are found by the rows that name them
    others = {model for model, _ in referring(StoredFile)} - found
    assert {model._meta.model_name for model in others} <= known


def names_of_sealed_columns() -> set[str]:
    return {field.name for model in apps.get_models() for field in sealed_fields(model)}


# Calls of another model's column of the same name.
OTHERS = {"title", "reason", "data", "fields", "body", "subject", "before"}


def test_no_query_writes_or_reads_a_sealed_column_past_its_field() -> None:
    """The fields refuse it when it runs; this finds it before. Strings of `Sealed` never reach a page either."""
    names, found = names_of_sealed_columns(), []
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                given: list[str] = []
                if node.func.attr == "update":
                    given = [word.arg for word in node.keywords if word.arg]
                elif node.func.attr in ("values", "values_list", "bulk_update"):
                    given = [
                        str(a.value) for a in ast.walk(node) if isinstance(a, ast.Constant) and isinstance(a.value, str)
                    ]
                hit = {name.rpartition("__")[2] for name in given} & names - OTHERS
                if hit:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {sorted(hit)}")
    assert found == []
