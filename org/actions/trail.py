"""The trail of structure and people: simple-history rows that say who and why."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from common.access import Invalid
from org.actor import Actor

REASON_LENGTH = 100


def keep(instance: Any, *, by: Actor, reason: str) -> None:
    """Validate and save `instance`; its history row carries the person and the reason.

    Raises `Invalid` with the first Thai sentence of the model's own validation.
    """
    instance._history_user = by.user
    instance._change_reason = reason[:REASON_LENGTH]
    clean(instance)
    instance.save()


def clean(instance: models.Model) -> None:
    """`full_clean` speaking in refusals: field lengths, formats, uniqueness and the table's constraints."""
    try:
        instance.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        label = "" if field == "__all__" else f"{instance._meta.get_field(field).verbose_name}: "  # type: ignore[union-attr]
        raise Invalid(f"{label}{sentences[0]}", field=None if field == "__all__" else field) from error
