"""The list of people: its columns and its filter."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.models import Appointment, User


class PeopleTable(tables.Table):
    """Accounts with their appointments; each row's `posts` are loaded by the query."""

    name = tables.Column(verbose_name=gettext_lazy("Full name"), order_by=("name", "username"))
    username = tables.Column(verbose_name=gettext_lazy("User name"), attrs={"td": {"class": "nowrap"}})
    posts = tables.Column(verbose_name=gettext_lazy("Appointments"), orderable=False, empty_values=())
    is_active = tables.Column(verbose_name=gettext_lazy("Account"))

    class Meta:
        template_name = "components/table.html"
        order_by = ("username",)
        empty_text = gettext_lazy("Nobody matches. Loosen the filter.")

    def __init__(self, *args: Any, language: str, roles: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.language, self.roles = language, roles

    def render_name(self, record: User) -> SafeString:
        """The name as a link to the person's page."""
        return format_html('<a href="/people/{}/">{}</a>', record.username, record.called(self.language))

    def render_posts(self, record: Any) -> SafeString | str:
        """Role and unit of every appointment that has not ended."""
        lines = [(self.roles[post.role], post.unit.called(self.language)) for post in record.posts]
        if not lines:
            return format_html('<span class="quiet">{}</span>', _("none"))
        return format_html("<div>{}</div>", format_html_join("", "<div>{} · {}</div>", lines))

    def render_is_active(self, value: bool) -> SafeString | str:
        """Whether the person can sign in."""
        return _("Active") if value else format_html('<span class="pending">{}</span>', _("Deactivated"))


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
