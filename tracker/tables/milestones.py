"""The list of milestones: its columns, how each sorts, and its filters."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.states import COLOURS, Colour, DateState

SEARCH_LIMIT = 60
Choices = list[tuple[str, str]]
Units = list[tuple[str, str, str]]


class MilestoneTable(tables.Table):
    """Columns in the order shown. The rows themselves are printed by `milestones/table.html`, which is far quicker
    than a cell at a time; sorting and paging are django-tables2's.
    """

    label = tables.Column(verbose_name=_("Milestone"))
    project = tables.Column(verbose_name=_("Project"), order_by=("project_code", "code"))
    unit = tables.Column(verbose_name=_("Unit"), order_by=("unit_label", "code"))
    due = tables.Column(verbose_name=_("Planned"), empty_values=())
    state = tables.Column(verbose_name=_("State"), order_by=("severity", "due_latest", "code"))
    progress = tables.Column(verbose_name=_("Progress"), attrs={"th": {"class": "num"}})
    forecast = tables.Column(verbose_name=_("Forecast"))
    as_of = tables.Column(verbose_name=_("As of"))

    class Meta:
        template_name = "milestones/table.html"
        attrs: dict[str, Any] = {}
        order_by = ("due",)

    def __init__(self, *args: Any, language: str, **options: Any) -> None:
        self.language = language
        self.lines: list[Any] = []  # what the template prints, set by the view
        super().__init__(*args, **options)
        self.caption = _("Milestones in reach")

    def order_label(self, rows: QuerySet, descending: bool) -> tuple[QuerySet, bool]:
        """By pinyin in Chinese, by the English name in English."""
        name = "sort_key" if self.language.startswith("zh") else "label"
        return rows.order_by(f"{'-' if descending else ''}{name}", "code"), True

    def order_due(self, rows: QuerySet, descending: bool) -> tuple[QuerySet, bool]:
        """By the last day of the due interval; what has none comes last either way."""
        return _blank_last(rows, "due_latest", descending)

    def order_progress(self, rows: QuerySet, descending: bool) -> tuple[QuerySet, bool]:
        """By the reported progress; what has none comes last either way."""
        return _blank_last(rows, "progress", descending)

    def order_forecast(self, rows: QuerySet, descending: bool) -> tuple[QuerySet, bool]:
        """By the last day of the forecast; what has none comes last either way."""
        return _blank_last(rows, "forecast_latest", descending)

    def order_as_of(self, rows: QuerySet, descending: bool) -> tuple[QuerySet, bool]:
        """By the day of the last accepted report; what has none comes last either way."""
        return _blank_last(rows, "as_of", descending)


def _blank_last(rows: QuerySet, column: str, descending: bool) -> tuple[QuerySet, bool]:
    # Ascending, PostgreSQL puts nulls last by itself, and only without saying so can it use the index.
    order = F(column).desc(nulls_last=True) if descending else F(column).asc()
    return rows.order_by(order, "code"), True


_GROUPS = {colour.value for colour in Colour}
SINGLE = {f"{state}_only" if state in _GROUPS else state.value: state for state in DateState}
"""How the address names one state: by its code, unless a group of states has the same name (done, blank)."""


def state_choices() -> list[Any]:
    """The groups of states by colour, then every single state."""
    groups = [(colour.value, words.colour(colour)) for colour in Colour]
    single = [(value, words.state(state)) for value, state in SINGLE.items()]
    return [(str(_("Groups")), groups), (str(_("Single states")), single)]


def _day(label: Any) -> filters.DateFilter:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return filters.DateFilter(label=label, method="between", widget=widget)


def _one_state(data: QueryDict) -> QueryDict:
    """Several states in the address that make up one colour are that group: charts link to the states they count."""
    wanted = set(data.getlist("state"))
    for colour in Colour:
        if len(wanted) > 1 and wanted == {state.value for state, painted in COLOURS.items() if painted is colour}:
            data = data.copy()
            data["state"] = colour.value
    return data


class MilestoneFilter(filters.FilterSet):
    """What the list can be narrowed to. A value that makes no sense is said so at its field and narrows nothing."""

    q = filters.CharFilter(label=_("Name, code or pinyin"), method="search", max_length=SEARCH_LIMIT)
    programme = filters.ChoiceFilter(label=_("Programme"), field_name="programme_code", empty_label=_("All"))
    project = filters.CharFilter(label=_("Project code"), method="of_project", max_length=40)
    unit = filters.ChoiceFilter(label=_("Unit and below"), method="of_unit", empty_label=_("All"))
    state = filters.ChoiceFilter(label=_("State"), method="in_state", empty_label=_("All"), choices=state_choices)
    due_from = _day(_("Due from"))
    due_to = _day(_("Due up to"))
    pending = filters.ChoiceFilter(
        label=_("Reports"), method="is_pending", empty_label=_("All"), choices=[("1", _("Waiting for review"))]
    )

    def __init__(self, data: QueryDict, rows: QuerySet, *, programmes: Choices, units: Units) -> None:
        """`programmes` are (code, name) pairs, `units` (code, path, name); both hold what is in reach."""
        super().__init__(_one_state(data), rows)
        self.paths = {code: path for code, path, _name in units}
        self.filters["programme"].extra["choices"] = programmes
        self.filters["unit"].extra["choices"] = [(code, name) for code, _path, name in units]

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """In the names, the code, and the pinyin with or without blanks; Chinese only in the Chinese name."""
        if not value.isascii():
            return rows.filter(name__icontains=value)
        found = Q(name__icontains=value) | Q(name_en__icontains=value) | Q(code__icontains=value)
        return rows.filter(found | Q(sort_key__sounds=value)) if value.strip() else rows

    def of_project(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """By the project's code, whole."""
        return rows.filter(project__code__iexact=value)

    def of_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The unit and everything under it."""
        return rows.filter(unit__path__startswith=self.paths[value])

    def in_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """One state, or all of one colour."""
        if value in _GROUPS:
            return rows.filter(date_state__in=[state.value for state, colour in COLOURS.items() if colour == value])
        return rows.filter(date_state=SINGLE[value].value)

    def between(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """By the last day of the due interval."""
        lookup = "due_latest__gte" if name == "due_from" else "due_latest__lte"
        return rows.filter(**{lookup: value})

    def is_pending(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """With a report that waits for review."""
        return rows.filter(pending__gt=0)
