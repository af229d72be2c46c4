"""Sort order and page of a list from its address: nothing that stands there can break the page."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import Count, QuerySet, Window
from django.http import QueryDict
from django_tables2 import Table
from django_tables2.rows import BoundRows

PER_PAGE = 100
LONGEST_PAGE_NUMBER = 9


class _Counted(Paginator):
    """Knows how many rows there are where they were counted before; else it asks."""

    def __init__(self, *args: Any, rows: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if rows is not None:
            self.count = rows


def sort(table: Table, query: QueryDict) -> None:
    """Sort the table as the address says; columns it does not have are passed over."""
    wanted = [name for name in query.getlist("sort") if name.removeprefix("-") in table.columns.names()]
    if wanted:
        table.order_by = wanted[:3]


def arrange(table: Table, query: QueryDict, *, per_page: int = PER_PAGE, once: bool = False) -> list[Any]:
    """Sort the table and turn to the page as the address says; returns the records of that page.

    A page beyond the last one is the last one. `once`: to find the rows costs so much, as with a text looked for in
    every name, that they are counted while the page is found. django-tables2's own RequestConfig is not used: it lets
    an address choose how many rows a page has.
    """
    sort(table, query)
    number = query.get("page", "1")
    plain = number.isascii() and number.isdigit() and len(number) <= LONGEST_PAGE_NUMBER
    wanted = int(number) if plain else 1
    found = _counted(table, wanted, per_page) if once and wanted else []
    try:
        table.paginate(_Counted, page=wanted, per_page=per_page, rows=found[0][1] if found else None)
    except (EmptyPage, PageNotAnInteger):
        last = 1 if number.startswith("0") else table.paginator.num_pages
        table.page = table.paginator.page(last)
    records = _records(table, [key for key, _rows in found])
    table.page.object_list = BoundRows(data=records, table=table)  # else asking how long the page is reads it again
    return records


def _counted(table: Table, page: int, per_page: int) -> list[tuple[Any, int]]:
    """The keys of a page, each with how many rows there are on all pages; none beyond the last one."""
    counted = table.data.data.annotate(rows=Window(Count("pk"))).values_list("pk", "rows")
    return list(counted[(page - 1) * per_page : page * per_page])


def _records(table: Table, keys: Sequence[Any] = ()) -> list[Any]:
    """The records of the page. A query first finds their keys and only then joins what they show: sorting sixty
    thousand rows with everything they show costs several times as much. The keys are fetched in between: left to the
    database as one statement, a join of more than eight tables is worked out for every row before they count.
    """
    ordered = table.data.data
    if not isinstance(ordered, QuerySet):
        return list(table.page.object_list.data)
    first = (table.page.number - 1) * table.paginator.per_page
    keys = keys or list(ordered.values_list("pk", flat=True)[first : first + table.paginator.per_page])
    return list(ordered.filter(pk__in=keys))
