"""Filters of a document's citations and of the list of blanks."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.models import CitationKind, CitationStatus


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, words.citation_kind(kind.value)) for kind in CitationKind]


def _statuses() -> list[tuple[str, str]]:
    return [(status.value, words.citation_status(status.value)) for status in CitationStatus]


def _search(rows: QuerySet, name: str, value: str) -> QuerySet:
    """In what the citation is called, in the printed figure and in its place."""
    found = Q(name__icontains=value) | Q(name_en__icontains=value) | Q(printed__icontains=value)
    return rows.filter(found | Q(place__icontains=value) | Q(code__iexact=value))


class CitationFilter(filters.FilterSet):
    """What a document's citations can be narrowed to."""

    q = filters.CharFilter(label=_("Name, figure or place"), method="search", max_length=60)
    kind = filters.ChoiceFilter(label=_("Kind"), choices=_kinds, empty_label=_("All"))
    status = filters.ChoiceFilter(label=_("Status"), choices=_statuses, empty_label=_("All"))
    project = filters.CharFilter(label=_("Project code"), method="of_project", max_length=40)

    search = staticmethod(_search)

    @staticmethod
    def of_project(rows: QuerySet, name: str, value: str) -> QuerySet:
        """Of the project itself, or of a milestone or metric of it."""
        own = Q(project__code__iexact=value)
        return rows.filter(own | Q(milestone__project__code__iexact=value) | Q(metric__project__code__iexact=value))


class BlankFilter(filters.FilterSet):
    """What the list of blanks can be narrowed to."""

    q = filters.CharFilter(label=_("Name, figure or place"), method="search", max_length=60)
    document = filters.ChoiceFilter(label=_("Document"), field_name="document__code", empty_label=_("All"))

    search = staticmethod(_search)

    def __init__(self, data: QueryDict, rows: QuerySet, *, documents: list[tuple[str, str]], **options: Any) -> None:
        """`documents` are (code, title) pairs."""
        super().__init__(data, rows, **options)
        self.filters["document"].extra["choices"] = documents
