"""The list of people: its columns and its filter."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from tracker.models import Appointment, User


class PeopleTable(tables.Table):
    """Accounts with their appointments; the template prints `lines`."""

    name = tables.Column(verbose_name=gettext_lazy("Full name"), order_by=("name", "username"))
    username = tables.Column(verbose_name=gettext_lazy("User name"))
    posts = tables.Column(verbose_name=gettext_lazy("Appointments"), orderable=False)
    is_active = tables.Column(verbose_name=gettext_lazy("Account"), order_by=("is_active", "username"))

    class Meta:
        template_name = "people/table.html"
        order_by = ("username",)
        empty_text = gettext_lazy("Nobody matches. Loosen the filter.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines: list[Any] = []  # what the template prints, set by the view


class PeopleFilter(django_filters.FilterSet):
    """Text, unit with all below it, role, state of the account; unit and role have to fit the same appointment."""

    q = django_filters.CharFilter(label=gettext_lazy("Name or user name"), max_length=60)
    unit = django_filters.ChoiceFilter(label=gettext_lazy("Unit"), empty_label=gettext_lazy("All"))
    role = django_filters.ChoiceFilter(label=gettext_lazy("Role"), empty_label=gettext_lazy("All"))
    active = django_filters.ChoiceFilter(
        label=gettext_lazy("Account"),
        empty_label=gettext_lazy("All"),
        choices=[("yes", gettext_lazy("Active")), ("no", gettext_lazy("Deactivated"))],
    )

    def __init__(self, *args: Any, today: date, units: Any, roles: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.filters["unit"].extra["choices"] = units
        self.filters["role"].extra["choices"] = list(roles.items())

    def filter_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        """What the valid fields ask for."""
        wanted = self.form.cleaned_data
        if text := (wanted.get("q") or "").strip():
            queryset = queryset.filter(
                Q(username__icontains=text) | Q(name__icontains=text) | Q(name_en__icontains=text)
            )
        if wanted.get("active"):
            queryset = queryset.filter(is_active=wanted["active"] == "yes")
        if wanted.get("unit") or wanted.get("role"):
            running = Q(valid_to__isnull=True) | Q(valid_to__gte=self.today)
            held = Appointment.objects.filter(running, user=OuterRef("pk"))
            if code := wanted.get("unit"):
                held = held.filter(Q(unit__path__startswith=f"{code}/") | Q(unit__path__contains=f"/{code}/"))
            if wanted.get("role"):
                held = held.filter(role=wanted["role"])
            queryset = queryset.filter(Exists(held))
        return queryset
