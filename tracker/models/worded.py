"""SQL worded once a process and asked again with other values: what every request, and every report, begins with.

Django words a query set anew each time it is asked, and takes longer over it than the database over the answer. Here
the query set stays the one place that says what is wanted; its SQL, and how rows become objects, are kept.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models.query import (
    FlatValuesListIterable,
    ValuesIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.transaction import TransactionManagementError
from psycopg import errors, pq

M = TypeVar("M", bound=models.Model)


class _Prepared(ServerBindingCursor):
    """Has a statement planned anew where a migration has changed its tables under a running server.

    Within a transaction that is too late; its rollback makes the connection forget its plans.
    """

    connection: Any

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        try:
            return super().execute(query, params, **options)  # type: ignore[misc]
        except errors.FeatureNotSupported:
            if self.connection.info.transaction_status != pq.TransactionStatus.IDLE:
                raise
            super().execute("DEALLOCATE ALL")  # type: ignore[misc]
            return super().execute(query, params, **options)  # type: ignore[misc]


def cursor() -> CursorWrapper:
    """A cursor whose statements the database plans once for many times, as soon as they have come a few times.

    For texts that stay the same. Django's own puts the values into the text, so that each is a new one to the database.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        asked: Any = connection  # what Django's own cursor() does, with the other kind of cursor
        found: CursorWrapper = asked._prepare_cursor(_Prepared(asked.connection))  # type: ignore[call-arg]
        return found


@dataclass(frozen=True, slots=True)
class _Wording:
    """A query set as the database gets it: the text, its values with the places of those that change, the making."""

    sql: str
    values: tuple[Any, ...]
    places: tuple[int, ...]
    locks: bool
    made: Callable[[tuple[Any, ...]], Any]


class Worded(Generic[M]):
    """A query for one row, with one value or several that change.

    `rows` gives the query set for such values; `samples` are values of their types that stand nowhere else in it.
    """

    def __init__(self, rows: Callable[..., "models.QuerySet[M, M]"], *samples: Any) -> None:
        self.rows = rows
        self.samples = samples
        self.wording: _Wording | None = None

    def first(self, *given: Any) -> M | None:
        """The row for these values; None without one. One query."""
        wording = self.wording = self.wording or _worded(self.rows(*self.samples), self.samples)
        if wording.locks and not connection.in_atomic_block:
            raise TransactionManagementError("A row is locked in a transaction only.")
        values = list(wording.values)
        for place, value in zip(wording.places, given, strict=True):
            values[place] = value
        with cursor() as asking:
            asking.execute(wording.sql, values)
            found = asking.fetchone()
        row: M | None = None if found is None else wording.made(found)
        return row

    def get(self, *given: Any) -> M:
        """The row for these values, which has to be there. One query."""
        row = self.first(*given)
        assert row is not None, "a row that was there a moment ago is gone"
        return row


def _worded(rows: "models.QuerySet[M, M]", samples: tuple[Any, ...]) -> _Wording:
    compiler = rows.query.get_compiler(connection=connection)
    sql, values = compiler.as_sql()
    assert all(values.count(sample) == 1 for sample in samples), "a sample stands elsewhere in the query, or nowhere"
    places = tuple(values.index(sample) for sample in samples)
    return _Wording(sql, tuple(values), places, bool(rows.query.select_for_update), _made(compiler))


def _made(compiler: Any) -> Callable[[tuple[Any, ...]], Any]:
    """What makes a model's row of a tuple that the database gives, with all that was selected with it."""
    columns: Any = compiler.select
    info: Any = compiler.klass_info
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in columns[start:end]]
    model: type[models.Model] = info["model"]
    related = get_related_populators(info, columns, connection.alias)  # type: ignore[call-arg]
    also = tuple(compiler.annotation_col_map.items()) if compiler.annotation_col_map else ()
    converters = compiler.get_converters([column[0] for column in columns])

    def made(found: tuple[Any, ...]) -> Any:
        row = next(iter(compiler.apply_converters([found], converters))) if converters else found
        made = model.from_db(connection.alias, names, row[start:end])
        for populator in related:
            populator.populate(row, made)
        for name, place in also:
            setattr(made, name, row[place])
        return made

    return made


Fit = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class InPlace:
    """A query set asked of a statement that stands in the place of its table, under the names of its columns."""

    rows: Any
    text: str
    values: Sequence[Any]

    def sql(self, compiler: Any) -> tuple[str, tuple[Any, ...]]:
        """The statement and its values; the table may stand in it once only."""
        sql, values = compiler.as_sql()
        table = connection.ops.quote_name(self.rows.model._meta.db_table)
        parts = re.split(rf"FROM {re.escape(table)}(?!\.)", sql)
        assert len(parts) == 2, "the table stands elsewhere in the query, or nowhere"
        before, after = parts
        place = before.count("%s")
        text = f"{before}FROM ({self.text}) {table}{after}"
        return text, (*values[:place], *self.values, *values[place:])


class WordedRows:
    """A query for many rows, or for tuples of values, with values that change; worded once, asked again and again.

    `rows` gives the query set for such values, or one `InPlace`. `samples` are values of their types, found again in
    its SQL however often they stand there: a day also where it reckons from it, a text as a part of one.
    """

    def __init__(self, rows: Callable[..., Any], *samples: Any) -> None:
        self.rows = rows
        self.samples = samples
        self.wording: tuple[str, tuple[Any, ...], tuple[tuple[int, int, Fit], ...], Callable[[Any], Any]] | None = None
        self.anew = False
        """Whether the database plans it for its values each time: what stands in a table's place is read by them."""

    def all(self, *given: Any) -> list[Any]:
        """The rows for these values; one query."""
        if self.wording is None:
            asked = self.rows(*self.samples)
            self.anew = isinstance(asked, InPlace)
            rows = asked.rows if isinstance(asked, InPlace) else asked
            compiler = rows.query.get_compiler(connection=connection)
            sql, values = asked.sql(compiler) if isinstance(asked, InPlace) else compiler.as_sql()
            self.wording = sql, tuple(values), _places(values, self.samples), _making(rows, compiler)
        sql, known, places, making = self.wording
        with connection.cursor() if self.anew else cursor() as asking:
            asking.execute(sql, _filled(known, places, given))
            found = asking.fetchall()
        return making(found)  # type: ignore[no-any-return]


class WordedText:
    """A statement worded by hand around query sets, kept as `WordedRows` keeps one: `made` gives text and values."""

    def __init__(self, made: Callable[..., tuple[str, Sequence[Any]]], *samples: Any) -> None:
        self.made = made
        self.samples = samples
        self.wording: tuple[str, tuple[Any, ...], tuple[tuple[int, int, Fit], ...]] | None = None

    def text(self, *given: Any) -> tuple[str, list[Any]]:
        """The statement with these values."""
        if self.wording is None:
            sql, values = self.made(*self.samples)
            self.wording = sql, tuple(values), _places(values, self.samples)
        sql, known, places = self.wording
        return sql, _filled(known, places, given)


def _filled(known: Sequence[Any], places: Sequence[tuple[int, int, Fit]], given: Sequence[Any]) -> list[Any]:
    values = list(known)
    for place, which, fit in places:
        values[place] = fit(given[which])
    return values


def _places(values: Sequence[Any], samples: Sequence[Any]) -> tuple[tuple[int, int, Fit], ...]:
    """Where each sample stands among the values of a statement, and what is made of the value given in its place."""
    found = [
        (place, which, fit)
        for place, value in enumerate(values)
        for which, sample in enumerate(samples)
        if (fit := _fit(value, sample)) is not None
    ]
    assert {which for _place, which, _fit in found} == set(range(len(samples))), "a sample stands nowhere in the query"
    assert len({place for place, _which, _fit in found}) == len(found), "two samples cannot be told apart"
    return tuple(found)


def _fit(value: Any, sample: Any) -> Fit | None:
    if type(value) is not type(sample):
        return None
    if type(sample) is date and abs(value - sample) <= RECKONED:
        days = value - sample
        return lambda given: given + days
    if isinstance(sample, str) and value in (f"{sample}%", f"%{sample}%"):
        before = "%" if value.startswith("%") else ""
        return lambda given: f"{before}{connection.ops.prep_for_like_query(given)}%"
    return (lambda given: given) if value == sample else None


RECKONED = timedelta(days=400)
"""A day that a query set reckons from a sample lies no further from it; samples lie further apart."""


def _making(rows: Any, compiler: Any) -> Callable[[list[tuple[Any, ...]]], list[Any]]:
    """What makes of the tuples that the database gives what the query set would have made of them."""
    if not issubclass(rows._iterable_class, (ValuesIterable, ValuesListIterable, FlatValuesListIterable)):
        made = _made(compiler)
        return lambda found: [made(row) for row in found]
    converters = compiler.get_converters([column[0] for column in compiler.select])
    flat, named = rows._iterable_class is FlatValuesListIterable, issubclass(rows._iterable_class, ValuesIterable)
    names = tuple(rows.query.selected or ())

    def making(found: list[tuple[Any, ...]]) -> list[Any]:
        shown = map(tuple, compiler.apply_converters(found, converters)) if converters else found
        if named:
            return [dict(zip(names, row, strict=True)) for row in shown]
        return [row[0] for row in shown] if flat else list(shown)

    return making


@models.Field.register_lookup
class Among(models.Lookup):
    """`pk__among=keys` is `pk__in=keys` with all keys in one value, so that the statement does not grow with them."""

    lookup_name = "among"

    def get_prep_lookup(self) -> Any:
        """Each value as the field takes it."""
        return [self.lhs.output_field.get_prep_value(value) for value in self.rhs]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """An array of values, one of which the column is equal to."""
        lhs, values = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", (*values, self.rhs)


@dataclass(frozen=True, slots=True)
class _Insert:
    """How a table's new row is written: its columns, quoted, and the fields whose values they take."""

    table: str
    columns: str
    fields: tuple[Any, ...]
    key: str

    def values(self, row: models.Model) -> list[Any]:
        """The values of a new row as the driver takes them."""
        return [item.get_db_prep_save(item.pre_save(row, True), connection) for item in self.fields]


@lru_cache(maxsize=100)
def _insert(model: type[models.Model], without: str = "") -> _Insert:
    fields = [
        item for item in model._meta.concrete_fields if not isinstance(item, models.AutoField) and item.name != without
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(item.column)) for item in fields)
    return _Insert(quote(model._meta.db_table), columns, tuple(fields), quote(str(model._meta.pk.column)))


def insert(row: models.Model) -> None:
    """Write a new row whose key the database gives; as `save(force_insert=True)`, without its questions."""
    known = _insert(type(row))
    values = known.values(row)
    marks = ", ".join(["%s"] * len(values))
    sql = f"INSERT INTO {known.table} ({known.columns}) VALUES ({marks}) RETURNING {known.key}"  # noqa: S608 - its own
    _store(sql, values, row)


def insert_both(head: models.Model, part: models.Model, link: str) -> None:
    """Write a new row and the one that goes with it, whose key, the field `link`, is the first one's; one statement."""
    first, second = _insert(type(head)), _insert(type(part), link)
    values, others = first.values(head), second.values(part)
    column = second.key
    one, two = (", ".join(["%s"] * len(given)) for given in (values, others))
    sql = (
        f"WITH head AS (INSERT INTO {first.table} ({first.columns}) VALUES ({one}) RETURNING {first.key})"  # noqa: S608
        f" INSERT INTO {second.table} ({column}, {second.columns})"  # names are the models' own
        f" SELECT head.{first.key}, {two} FROM head RETURNING {column}"
    )
    _store(sql, [*chain(values, others)], head)
    setattr(part, link, head)
    _stored(part)


def _store(sql: str, values: list[Any], row: models.Model) -> None:
    with cursor() as writing:
        writing.execute(sql, values)
        found = writing.fetchone()
    assert found is not None
    row.pk = found[0]
    _stored(row)


def _stored(row: models.Model) -> None:
    row._state.adding, row._state.db = False, connection.alias
