"""What refers to a model: every foreign key of every app, also those without a name for the way back."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


def referring(model: type[Model]) -> list[tuple[Any, str]]:
    """(model, name of its foreign key) of everything that refers to rows of `model`."""
    fields: list[Any] = list(model._meta.get_fields(include_hidden=True))
    relations = (one for one in fields if one.auto_created and not one.concrete)
    return [
        (one.related_model, one.field.name)
        for one in relations
        if (one.one_to_many or one.one_to_one) and one.related_model is not None
    ]
