"""The list of reports: its columns and its filters."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.reporting import Origin, ReportState
from tracker.models.subjects import KINDS, named_like, of_programme

SEARCH_LIMIT = 60
Choices = list[tuple[str, str]]


class ReportTable(tables.Table):
    """Columns in the order shown. The rows themselves are printed by `reports/table.html`."""

    item = tables.Column(verbose_name=_("Item"), empty_values=())
    as_of = tables.Column(verbose_name=_("As of"), order_by=("as_of", "id"))
    said = tables.Column(verbose_name=_("Said"), orderable=False, empty_values=())
    state = tables.Column(verbose_name=_("State"), order_by=("state", "-id"))
    author = tables.Column(verbose_name=_("Author"), orderable=False)
    unit = tables.Column(verbose_name=_("Unit"), order_by=("unit__path", "-id"))
    submitted = tables.Column(verbose_name=_("Submitted"), accessor="submitted_at", order_by=("submitted_at", "id"))
    decided = tables.Column(verbose_name=_("Decided"), accessor="decided_at")

    class Meta:
        template_name = "reports/table.html"
        attrs: dict[str, Any] = {}

    def __init__(self, *args: Any, language: str, **options: Any) -> None:
        self.language = language
        super().__init__(*args, **options)
        self.caption = _("Reports in reach")

    def order_item(self, rows: QuerySet, descending: bool) -> tuple[QuerySet, bool]:
        """By pinyin in Chinese, by the English name in English."""
        name = "sort_key" if self.language.startswith("zh") else "name_en"
        order = Coalesce(*(F(f"{kind}__{name}") for kind in KINDS))
        return rows.order_by(order.desc() if descending else order.asc(), "-id"), True

    def order_decided(self, rows: QuerySet, descending: bool) -> tuple[QuerySet, bool]:
        """By when it was decided on; what nobody decided on comes last either way."""
        order = F("decided_at").desc(nulls_last=True) if descending else F("decided_at").asc(nulls_last=True)
        return rows.order_by(order, "-id"), True


class ReportFilter(filters.FilterSet):
    """What the list can be narrowed to. A value that makes no sense is said so at its field and narrows nothing."""

    q = filters.CharFilter(label=_("Item or note"), method="search", max_length=SEARCH_LIMIT)
    state = filters.ChoiceFilter(
        label=_("State"),
        empty_label=_("All"),
        choices=lambda: [(one.value, words.report_state(one)) for one in ReportState if one is not ReportState.DRAFT],
    )
    kind = filters.ChoiceFilter(
        label=_("About"),
        method="of_kind",
        empty_label=_("All"),
        choices=lambda: [(name, words.NOUNS[name]) for name in KINDS if name in words.NOUNS],
    )
    programme = filters.ChoiceFilter(label=_("Programme"), method="of_programme", empty_label=_("All"))
    unit = filters.ChoiceFilter(label=_("Unit and below"), method="of_unit", empty_label=_("All"))
    origin = filters.ChoiceFilter(
        label=_("How it came in"),
        empty_label=_("All"),
        choices=lambda: [(one.value, words.origin(one)) for one in Origin],
    )

    def __init__(self, *args: Any, programmes: Choices, units: Choices, **options: Any) -> None:
        """`units` are (path, name) pairs; both lists hold what is in reach."""
        super().__init__(*args, **options)
        self.filters["programme"].extra["choices"] = programmes
        self.filters["unit"].extra["choices"] = units

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """In the note, and in name and code of what it is about."""
        return rows.filter(Q(note__icontains=value) | named_like(value))

    def of_kind(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Reports on items of one kind."""
        return rows.filter(**{f"{value}__isnull": False})

    def of_programme(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Everything of one programme."""
        return rows.filter(of_programme(value))

    def of_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The unit and everything under it."""
        return rows.filter(unit__path__startswith=value)
