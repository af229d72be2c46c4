"""What every page shows: the menu, who is signed in, the date it speaks of, whether simulated data is loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from config.reference import current as current_reference
from tracker import words
from tracker.models import Report, User
from tracker.permissions import ROLES, Permission, Reach, within
from tracker.queries import notices
from tracker.views.edge import came_from, reach, today


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the menu; `place` is 'bar' or 'more', `phone` whether the phone's bar shows it.

    `line` says that a group begins here: a line is drawn above it.
    """

    url: str
    label: str
    current: bool
    place: str
    phone: bool
    count: int | None = None
    line: bool = False


@dataclass(frozen=True, slots=True)
class Who:
    """Who is signed in, in words; `code` is the user name, under which drafts are kept in the browser."""

    code: str
    name: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Bell:
    """The way to one's notices: how many are unread, as the bell prints it ('' for none), and in words."""

    count: str
    label: str


@dataclass(frozen=True, slots=True)
class LanguageSwitch:
    """The other language: its code, its own name for itself, and the page to come back to."""

    code: str
    label: str
    next: str


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor, asked again by every table on the page but computed once a request.

    A visitor gets no menu and costs no query.
    """
    found: dict[str, Any] | None = getattr(request, "_page", None)
    if found is None:
        found = request._page = _page(request)  # type: ignore[attr-defined]
    return found


def _page(request: HttpRequest) -> dict[str, Any]:
    language = get_language() or settings.LANGUAGE_CODE
    values: dict[str, Any] = {
        "demo": settings.DEMO,
        "first_day_counted": settings.COUNT_FIRST_DAY,
        "today": today(),
        "reference": current_reference(),
        "language_switch": _switch(request, language),
    }
    user = getattr(request, "user", None)
    if isinstance(user, User):
        reached = reach(request)
        simulated, unread = notices.head(user.pk)
        values |= {
            "who": _who(user, reached, language),
            "nav": _menu(request, reached),
            "simulated": simulated,
            "bell": _bell(unread),
        }
    return values


def _switch(request: HttpRequest, language: str) -> LanguageSwitch:
    here = came_from(request) if request.method == "POST" else request.get_full_path()
    other = ("en", "English") if language.startswith("zh") else ("zh-hans", "中文")
    return LanguageSwitch(code=other[0], label=other[1], next=here)


def _bell(unread: int) -> Bell:
    if not unread:
        return Bell("", _("Notices, none unread"))
    count = f"{notices.MOST}+" if unread > notices.MOST else str(unread)
    return Bell(count, ngettext("Notices, %(count)s unread", "Notices, %(count)s unread", unread) % {"count": count})


def _who(user: User, reached: Reach, language: str) -> Who:
    post = reached.posts[0] if reached.posts else None
    unit = (post.unit_name if language.startswith("zh") else post.unit_name_en or post.unit_name) if post else ""
    role = str(ROLES[post.role].label) if post else ""
    return Who(code=user.username, name=user.called(language), role=role, unit=unit)


def _waiting(reached: Reach) -> int:
    """Reports waiting for this reviewer; the count beside 'Review'."""
    condition: Q = within("unit__path", reached.paths(Permission.REVIEW))
    if any(path.count("/") == 1 for path in reached.paths(Permission.REVIEW)):
        condition = Q()
    count: int = Report.objects.submitted().filter(condition).exclude(author_id=reached.user_id).count()
    return count


def _menu(request: HttpRequest, reached: Reach) -> list[NavItem]:
    items: list[NavItem] = []

    def add(
        name: str, label: str, *, phone: bool = False, count: int | None = None, more: bool = False, line: bool = False
    ) -> None:
        url = reverse(name)
        here = request.path == url or (url != "/" and request.path.startswith(url))
        place = "more" if more else "bar"
        items.append(NavItem(url=url, label=label, current=here, place=place, phone=phone, count=count, line=line))

    reports, reviews = reached.holds(Permission.REPORT), reached.holds(Permission.REVIEW)
    add("overview", _("Overview"), phone=True)
    add("timeline", _("Timeline"), phone=not (reports and reviews))
    add("programmes", _("Programmes"))
    add("milestones", _("Milestones"))
    add("metrics", _("Metrics"), phone=not reviews)
    if reached.holds(Permission.READ):
        add("relocation", _("Clearance"))
        add("tenders", _("Tenders"))
    if reports:
        add("my_reports", _("My reports"), phone=True)
    if reviews:
        add("review", _("Review"), phone=True, count=_waiting(reached) or None)
    _under_more(add, reached)
    return items


def _under_more(add: Callable[..., None], reached: Reach) -> None:
    """First where figures come from and what one plans with, then who may do what and what was done."""
    add("sources", _("Sources"), more=True)
    planning = reached.holds(Permission.READ)
    if planning:
        add("backplan", _("Plan back"), more=True)
    if reached.holds(Permission.PLAN) or reached.holds(Permission.READ_HISTORY):  # who plans, and who leads
        add("plan_check", _("Plan check"), more=True)
    if planning:
        add("windows", _("Statutory windows"), more=True)
        add("calendar", _("Calendar"), more=True)
    manages = reached.holds(Permission.MANAGE_PEOPLE)
    if manages:
        add("people", _("People"), more=True, line=planning)
        add("units", _("Units"), more=True)
    if reached.holds(Permission.READ_HISTORY):
        add("history", _("History"), more=True, line=planning and not manages)
    add("guide", _("Guide"), more=True, line=planning)


def _known_day(shown: Any) -> str:
    """The day whose end the moment is, or lies before, as the date field takes it; a day's end is not the next day."""
    return str(shown.known_text())[:10] if shown.known_given else ""


def _known_by(shown: Any) -> str:
    """By when all that is shown was known, in words; '' for now."""
    if not shown.known_given:
        return ""
    text = shown.known_text()
    return words.day(date.fromisoformat(text)) if len(text) == 10 else words.instant(shown.known)


def as_of_chip(request: HttpRequest, shown: Any) -> dict[str, Any]:
    """The context of the date chip for a page that takes a moment (`edge.Moment`)."""
    keep = [(name, value) for name, value in request.GET.items() if name not in ("on", "known", "page")]
    text = date_format(shown.on, "MONTH_DAY_FORMAT" if shown.on.year == shown.today.year else "DATE_FORMAT")
    return {
        "text": text,
        "changed": shown.changed,
        "supported": True,
        "on": request.GET.get("on", ""),
        "known": _known_day(shown),
        "known_by": _known_by(shown),
        "keep": keep,
        "today": "",
    }
