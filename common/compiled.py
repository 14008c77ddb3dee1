"""One row and what it joins, by its key, from a statement compiled once.

The ORM writes the same SQL anew each time: for a row with a few joins that takes longer than PostgreSQL needs to answer.
What every signature and number passes through asks this way; all else asks the ORM.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row", bound=models.Model)
_ANY = -8_526_091  # stands for the key while the statement is compiled


@dataclass(frozen=True)
class _Statement:
    sql: str
    before: tuple[Any, ...]  # the parameters before the key, and after it
    after: tuple[Any, ...]
    fields: tuple[str, ...]
    columns: slice
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]
    joined: tuple[Any, ...]
    locks: bool


class ByKey(Generic[Row]):
    """`ByKey(lambda: Letter.objects.select_related("folder"))`: `.get(pk)` as the queryset's own, compiled once.

    For querysets of joins, `only` and `select_for_update`: no annotations, no prefetching, nothing that depends on when it
    is asked.
    """

    def __init__(self, make: Callable[[], models.QuerySet[Row]]) -> None:
        self._make = make
        self._statement: _Statement | None = None
        self._model: type[Row] | None = None

    def get(self, pk: int) -> Row:
        """The row. Raises the model's DoesNotExist; TransactionManagementError for a lock outside a transaction."""
        found = self.find(pk)
        if found is None:
            assert self._model is not None
            raise self._model.DoesNotExist(f"{self._model._meta.label} {pk} does not exist")  # type: ignore[attr-defined]
        return found

    def find(self, pk: int) -> Row | None:
        """The row, or None."""
        one = self._statement or self._compile()
        if one.locks and not connection.in_atomic_block:
            raise TransactionManagementError("a row is locked inside a transaction only")
        with connection.cursor() as cursor:
            cursor.execute(one.sql, (*one.before, pk, *one.after))
            row = cursor.fetchone()
        if row is None:
            return None
        values = list(row)
        for at, functions, expression in one.converters:
            for function in functions:
                values[at] = function(values[at], expression, connection)
        assert self._model is not None
        found: Row = self._model.from_db(connection.alias, one.fields, values[one.columns])
        for populator in one.joined:
            populator.populate(values, found)
        return found

    def _compile(self) -> _Statement:
        queryset = self._make().filter(pk=_ANY).order_by()
        compiler = queryset.query.get_compiler(connection.alias)
        sql, parameters = compiler.as_sql()
        (at,) = [number for number, one in enumerate(parameters) if one == _ANY]
        info = compiler.klass_info
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        converters = compiler.get_converters([expression for expression, _, _ in compiler.select])
        self._model = queryset.model
        self._statement = _Statement(
            sql=sql,
            before=tuple(parameters[:at]),
            after=tuple(parameters[at + 1 :]),
            fields=tuple(one[0].target.attname for one in compiler.select[first:last]),
            columns=slice(first, last),
            converters=tuple((number, tuple(functions), one) for number, (functions, one) in converters.items()),
            joined=tuple(get_related_populators(info, compiler.select, connection.alias)),  # type: ignore[call-arg]  # 5.2's
            locks=bool(queryset.query.select_for_update),
        )
        return self._statement
