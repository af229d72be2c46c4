"""How long ago and how many days left, in words."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def ago(value: datetime | None, today: date | None) -> str:
    """How many days before today something happened: today, yesterday, 3 days ago; a dash for never."""
    if value is None or today is None:
        return "—"
    count = (today - timezone.localtime(value).date()).days
    if count <= 0:
        return _("today")
    if count == 1:
        return _("yesterday")
    return ngettext("%(n)d day ago", "%(n)d days ago", count) % {"n": count}


@register.simple_tag
def days_left(count: int) -> SafeString:
    """Days to a last day as the list of deadlines shows them: in 12 days, 20 days over, today."""
    if count == 0:
        return format_html("<small>{}</small>", _("today"))
    before = _("in") if count > 0 else _("over by")
    unit = ngettext("day", "days", abs(count))
    return format_html("<small>{}</small> {} <small>{}</small>", before, abs(count), unit)
