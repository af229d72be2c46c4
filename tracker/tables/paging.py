"""Sort order and page of a list from its address: nothing that stands there can break the page."""

from typing import Any

from django.core.paginator import EmptyPage, PageNotAnInteger
from django.http import QueryDict
from django_tables2 import Table

PER_PAGE = 100
LONGEST_PAGE_NUMBER = 9


def sort(table: Table, query: QueryDict) -> None:
    """Sort the table as the address says; columns it does not have are passed over."""
    wanted = [name for name in query.getlist("sort") if name.removeprefix("-") in table.columns.names()]
    if wanted:
        table.order_by = wanted[:3]


def arrange(table: Table, query: QueryDict, *, per_page: int = PER_PAGE) -> list[Any]:
    """Sort the table and turn to the page as the address says; returns the records of that page.

    A page beyond the last one is the last one. django-tables2's own RequestConfig is not used: it lets an address
    choose how many rows a page has.
    """
    sort(table, query)
    number = query.get("page", "1")
    plain = number.isascii() and number.isdigit() and len(number) <= LONGEST_PAGE_NUMBER
    try:
        table.paginate(page=int(number) if plain else 1, per_page=per_page)
    except (EmptyPage, PageNotAnInteger):
        last = 1 if number.startswith("0") else table.paginator.num_pages
        table.page = table.paginator.page(last)
    return list(table.page.object_list.data)
