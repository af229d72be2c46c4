"""Calendar feeds: one's own, what may be subscribed to, and the dates a feed holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.states import Status
from tracker.models import CalendarFeed, Milestone, Programme, Site, Unit, User
from tracker.models.feeds import FeedScope
from tracker.permissions import Permission, Reach, readable, within
from tracker.queries.scope import readable_programmes
from tracker.queries.site_items import standing
from tracker.queries.state import light_of
from tracker.queries.tender_clock import moved_days, moved_to
from tracker.words import duties

BACK, AHEAD = timedelta(days=90), timedelta(days=800)
"""How far from today a feed reaches; a calendar program that reads thousands of entries grows slow."""
ENTRIES, PERIODS = 2_000, 8


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed in use: what it holds, when it was made, the last signs of its address."""

    pk: int
    name: str
    made: str
    hint: str


@dataclass(frozen=True, slots=True)
class FeedsPage:
    """One's feeds, and what else may be subscribed to: (value, name)."""

    rows: list[FeedRow]
    choices: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a calendar: whole days from `first` to `last`, both included. `path` is its page."""

    uid: str
    first: date
    last: date
    title: str
    text: str
    path: str
    category: str
    changed: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it is read today."""

    name: str
    entries: list[Entry]


def feeds_page(*, user: User, reach: Reach, language: str) -> FeedsPage:
    """The person's feeds and choices; three queries."""
    rows = CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).select_related("unit", "programme")
    units = Unit.objects.filter(within("path", reach.paths(Permission.READ)), retired_at__isnull=True).order_by("path")
    programmes = Programme.objects.current().filter(readable_programmes(reach)).order_by("position", "code")
    choices = [("me", name_of(FeedScope.ME, None))]
    choices += [(f"programme:{row.code}", row.called(language)) for row in programmes]
    choices += [(f"unit:{row.code}", row.called(language)) for row in units]
    return FeedsPage(
        rows=[
            FeedRow(
                row.pk,
                name_of(FeedScope(row.scope), row.unit or row.programme, language),
                words.instant(row.made_at),
                row.hint,
            )
            for row in rows.order_by("-id")
        ],
        choices=choices,
    )


def name_of(scope: FeedScope, subject: Any, language: str = "zh-hans") -> str:
    """What a feed holds, in words."""
    return _("What I answer for") if scope is FeedScope.ME else subject.called(language)


def by_secret(digest: str) -> CalendarFeed | None:
    """The feed in use with that secret, of a person whose account is open."""
    rows = CalendarFeed.objects.filter(secret=digest, revoked_at__isnull=True, user__is_active=True)
    found: CalendarFeed | None = rows.select_related("user", "unit", "programme").first()
    return found


def read(*, feed: CalendarFeed, reach: Reach, on: date, language: str) -> Feed:
    """What the feed holds on a day: open and recent milestones, clearance sites with anything left, and by when reports
    are due; five queries.
    """
    scope = FeedScope(feed.scope)
    condition = _condition(feed, scope, reach)
    rows = Milestone.objects.current().filter(condition, due_latest__range=(on - BACK, on + AHEAD))
    rows = rows.exclude(status=Status.SUSPENDED).select_related("unit", "project__programme")
    shown = list(rows.order_by("due_latest", "code")[:ENTRIES])
    moved = moved_days([row.pk for row in shown], reach=reach, on=on)
    entries = [_milestone(row, on, language, moved.get(row.pk)) for row in shown]
    sites = Site.objects.current().uncleared().filter(condition, due_latest__range=(on - BACK, on + AHEAD))
    sites = sites.select_related("unit", "project__programme").order_by("due_latest", "code")
    entries += [_site(row, language) for row in sites[:ENTRIES]]
    if scope is not FeedScope.PROGRAMME:
        entries += _duties(condition & within("unit__path", reach.paths(Permission.REPORT)), on, language)
    subject = feed.unit or feed.programme
    return Feed(_("Guatu: %(what)s") % {"what": name_of(scope, subject, language)}, entries)


def _condition(feed: CalendarFeed, scope: FeedScope, reach: Reach) -> Q:
    """The milestones of a feed, never beyond what its owner may read today."""
    if scope is FeedScope.UNIT and feed.unit:
        return readable(reach) & Q(unit__path__startswith=feed.unit.path)
    if scope is FeedScope.PROGRAMME:
        return readable(reach) & Q(project__programme_id=feed.programme_id)
    mine = reach.paths(Permission.REPORT)
    return within("unit__path", mine) if mine else readable(reach)


def _milestone(row: Milestone, on: date, language: str, moved: date | None) -> Entry:
    """The span in which it is to be reached; what is due "by" a day stands on that day alone, and what a suspension
    of its tender has moved on the day it has moved to.
    """
    assert row.due_latest is not None
    last = moved or row.due_latest
    first = row.due_earliest if row.due_earliest and row.due_kind != "by" and not moved else last
    light = light_of(row, on, row.project.programme.tracking_from)
    lines = [
        f"{row.project.programme.called(language)} · {row.project.called(language)}",
        f"{row.unit.called(language)} · {words.imprecise(row.due)}",
        moved_to(moved) if moved else f"{light.word}: {light.reason}",
    ]
    return Entry(
        uid=f"milestone-{row.code}",
        first=min(first, last),
        last=last,
        title=row.called(language),
        text="\n".join(lines),
        path=f"/milestones/{row.code}/",
        category=_("Milestone"),
        changed=max(filter(None, (row.planned_at, row.reported_at)), default=None),
    )


def _site(row: Site, language: str) -> Entry:
    """The last day by which nothing of a clearance site is to be left."""
    assert row.due_latest is not None
    lines = [
        f"{row.project.programme.called(language)} · {row.project.called(language)}",
        f"{row.unit.called(language)} · {words.imprecise(row.due)}",
        standing(row),
    ]
    return Entry(
        uid=f"site-{row.code}",
        first=row.due_latest,
        last=row.due_latest,
        title=row.called(language),
        text="\n".join(lines),
        path=f"/sites/{row.code}/",
        category=_("Clearance site"),
        changed=max(filter(None, (row.planned_at, row.reported_at)), default=None),
    )


def _duties(condition: Q, on: date, language: str) -> Iterable[Entry]:
    """The next days by which each programme's reports are due; one query."""
    rows = Milestone.objects.current().filter(condition).exclude(status__in=(Status.DONE, Status.SUSPENDED))
    ids = rows.order_by().values("project__programme").annotate(last=Max("pk")).values("project__programme")
    left = Site.objects.current().uncleared().filter(condition).order_by().values("project__programme")
    asked = Q(pk__in=ids) | Q(pk__in=left)
    for programme in Programme.objects.filter(asked).order_by("position", "code"):
        day = on
        for _number in range(PERIODS):
            period = programme.cycle.period(day)
            if period is None:
                break
            name = programme.called(language)
            yield Entry(
                uid=f"duty-{programme.code}-{period.last.isoformat()}",
                first=period.last,
                last=period.last,
                title=_("Reports due: %(programme)s") % {"programme": name},
                text=duties.cycle(programme.cycle),
                path="/reports/mine/",
                category=_("Reports due"),
                changed=None,
            )
            day = period.last + timedelta(days=1)
