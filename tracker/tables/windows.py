"""The list of statutory windows: its columns and its filter."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tracker.models import StatutoryWindow
from tracker.words.windows import AREAS, KINDS

NATIONAL = "national"


class WindowTable(tables.Table):
    """The newest version of each row; the template prints `lines`."""

    code = tables.Column(verbose_name=_("Code"), order_by=("position", "region"))
    name = tables.Column(verbose_name=_("What"), order_by=("applies_to", "position", "region"))
    from_step = tables.Column(verbose_name=_("From"), orderable=False)
    to_step = tables.Column(verbose_name=_("To"), orderable=False)
    n = tables.Column(verbose_name=_("Length"), order_by=("unit", "n", "position"))
    law = tables.Column(verbose_name=_("Law and article"), order_by=("law", "position", "region"))
    region = tables.Column(verbose_name=_("Region"), order_by=("region", "position"))
    verified = tables.Column(verbose_name=_("Text"), order_by=("verified", "position"))

    class Meta:
        template_name = "windows/table.html"
        attrs: dict[str, Any] = {}
        order_by = ("code",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines: list[Any] = []  # what the template prints, set by the view
        self.caption = _("Statutory windows")


class WindowFilter(filters.FilterSet):
    """Text in law, step, name or code; area, kind, region, verified or not."""

    q = filters.CharFilter(label=_("Law, step or code"), method="search", max_length=60)
    area = filters.ChoiceFilter(
        label=_("Area"), field_name="applies_to", empty_label=_("All"), choices=list(AREAS.items())
    )
    kind = filters.ChoiceFilter(label=_("Kind"), empty_label=_("All"), choices=list(KINDS.items()))
    region = filters.ChoiceFilter(label=_("Region"), method="of_region", empty_label=_("All"))
    verified = filters.ChoiceFilter(
        label=_("Text"),
        method="is_verified",
        empty_label=_("All"),
        choices=[("yes", _("Verified")), ("no", _("Not verified"))],
    )

    def __init__(
        self, data: QueryDict, rows: QuerySet[StatutoryWindow], *, regions: list[tuple[str, str]], **options: Any
    ) -> None:
        """`regions` are (code, name) pairs of those that have rows."""
        super().__init__(data, rows, **options)
        self.filters["region"].extra["choices"] = [(NATIONAL, _("Whole country")), *regions]

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Every word has to occur somewhere: in the law, a step, the name, the note or the code."""
        for word in value.split()[:5]:
            found = Q(code__icontains=word) | Q(law__icontains=word) | Q(law_en__icontains=word)
            found |= Q(name__icontains=word) | Q(name_en__icontains=word) | Q(note__icontains=word)
            found |= Q(from_step__icontains=word) | Q(from_step_en__icontains=word) | Q(note_en__icontains=word)
            rows = rows.filter(found | Q(to_step__icontains=word) | Q(to_step_en__icontains=word))
        return rows

    def of_region(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """National rows only, or one region's own."""
        return rows.filter(region="" if value == NATIONAL else value)

    def is_verified(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Whether the text of the law itself was read."""
        return rows.filter(verified=value == "yes")
