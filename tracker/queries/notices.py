"""Notices as their reader sees them: how many are unread, the list, what goes into the day's mail.

A notice whose subject its reader may not, or no longer, read is left out wherever it would be named.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.reminders import Kind
from tracker.models import Housing, Metric, Milestone, Notice, NoticeSetting, Programme, Project, Site, User, worded
from tracker.models.notices import mailed_by_default
from tracker.models.subjects import KINDS
from tracker.permissions import Permission, Reach, readable, readable_projects, readable_with_supported
from tracker.queries.reports import page_of
from tracker.queries.scope import readable_programmes
from tracker.words import notices as wording

PAGE = 30
MOST = 99
"""Unread notices are counted up to here."""
MAILED_BACK = timedelta(days=7)
"""What is older is not mailed any more."""
# One statement for what the head of every page says; both halves read small partial indexes.
HEAD = """\
SELECT EXISTS (SELECT 1 FROM tracker_programme WHERE simulated)
    OR EXISTS (SELECT 1 FROM tracker_report WHERE origin = 'simulation' AND state <> 'withdrawn'),
       (SELECT count(*) FROM (SELECT 1 FROM tracker_notice
                              WHERE person_id = %s AND read_at IS NULL AND shown LIMIT 100) unread)
"""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice in words; `url` is where to go."""

    pk: int
    kind: str
    title: str
    text: str
    why: str
    url: str
    at: str
    unread: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to be told on the page and by mail, and the language of mail."""

    shown: frozenset[Kind]
    mailed: frozenset[Kind]
    language: str


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """One page of somebody's notices; `newest` is the number of the newest one there is."""

    rows: list[NoticeRow]
    page: "Page[Any]"
    newest: int
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Post:
    """What waits to be mailed to one person."""

    person: User
    language: str
    notices: list[Notice]


def head(person: int) -> tuple[bool, int]:
    """Whether simulated data is loaded, as `simulation.simulated_loaded` has it, and how many notices are unread."""
    with worded.cursor() as cursor:
        cursor.execute(HEAD, [person])
        simulated, unread = cursor.fetchone()
    return simulated, unread


def notices_page(*, user: User, reach: Reach, number: str, language: str) -> NoticesPage:
    """The person's notices, newest first; as many queries however many."""
    rows = Notice.objects.filter(visible(reach), person=user, shown=True).order_by("-id")
    page = Paginator(rows, PAGE).get_page(number)
    found = list(page.object_list)
    return NoticesPage(worded_rows(found, language=language), page, _newest(user), wanted(user))


def wanted(user: User) -> Wanted:
    """What the person has chosen, or the defaults; one query."""
    return _wanted(NoticeSetting.objects.filter(person=user).first())


def visible(reach: Reach) -> Q:
    """The condition for notices whose subject is in reach."""
    if reach.sees_all():
        return Q()
    about: list[tuple[str, Any]] = [
        ("milestone", Milestone.objects.filter(readable_with_supported(reach))),
        ("metric", Metric.objects.filter(readable(reach))),
        ("site", Site.objects.filter(readable(reach))),
        ("housing", Housing.objects.filter(readable(reach))),
        ("project", Project.objects.filter(readable_projects(reach))),
        ("programme", Programme.objects.filter(readable_programmes(reach))),
    ]
    found = Q(subject_type="review") if reach.holds(Permission.REVIEW) else Q(pk__in=())
    for kind, rows in about:
        found |= Q(subject_type=kind, subject_code__in=rows.order_by().values("code"))
    return found


def worded_rows(rows: Sequence[Notice], *, language: str) -> list[NoticeRow]:
    """Notices in words; a query for the names of each kind of subject."""
    names = _names(rows, language)
    return [
        NoticeRow(
            pk=row.pk,
            kind=wording.kind(row.kind),
            title=_title(row, names),
            text=wording.sentence(row.kind, row.inputs),
            why=wording.because(row.reason, row.kind),
            url=_url(row),
            at=words.instant(row.made_at),
            unread=row.read_at is None,
        )
        for row in rows
    ]


def to_mail(*, now: datetime, demo: bool) -> list[Post]:
    """What waits to be mailed, by person: unread, of the kinds wanted by mail, to people in service with an address.

    Demo accounts and simulated people get mail in demo mode only. One query.
    """
    rows = Notice.objects.filter(mailed_at__isnull=True, read_at__isnull=True, made_at__gte=now - MAILED_BACK)
    rows = rows.filter(person__is_active=True).exclude(person__email="")
    if not demo:
        rows = rows.filter(person__is_demo=False, person__simulated=False)
    mine: dict[int, list[Notice]] = defaultdict(list)
    for row in rows.select_related("person__notice_setting").order_by("person_id", "-id"):
        chosen = _wanted(getattr(row.person, "notice_setting", None))
        if Kind(row.kind) in chosen.mailed:
            mine[row.person_id].append(row)
    posts = []
    for found in mine.values():
        person = found[0].person
        posts.append(Post(person, _wanted(getattr(person, "notice_setting", None)).language, found))
    return posts


def in_reach(rows: Iterable[Notice], reach: Reach) -> list[Notice]:
    """Those of the notices whose subject is in reach, the most urgent kind first; one query."""
    order = list(Kind)
    found = Notice.objects.filter(visible(reach), pk__in=[row.pk for row in rows])
    return sorted(found, key=lambda row: (order.index(Kind(row.kind)), -row.pk))


def _newest(user: User) -> int:
    return Notice.objects.filter(person=user).order_by("-id").values_list("pk", flat=True).first() or 0


def _wanted(row: NoticeSetting | None) -> Wanted:
    hidden, mailed = (row.hidden, row.mailed) if row else ([], mailed_by_default())
    return Wanted(
        shown=frozenset(kind for kind in Kind if kind.value not in hidden),
        mailed=frozenset(kind for kind in Kind if kind.value in mailed),
        language=row.language if row else "zh-hans",
    )


def _names(rows: Iterable[Notice], language: str) -> dict[tuple[str, str], str]:
    # The code '' is nobody's: the page costs the same number of statements whatever is on it.
    codes: dict[str, set[str]] = defaultdict(lambda: {""})
    for row in rows:
        codes[row.subject_type].add(row.subject_code)
    models: dict[str, Any] = {name: kind.model for name, kind in KINDS.items()}
    models |= {"project": Project, "programme": Programme}
    found = {}
    for kind, model in models.items():
        for row in model.objects.filter(code__in=codes[kind]).only("code", "name", "name_en").order_by():
            found[kind, row.code] = row.called(language)
    return found


def _title(row: Notice, names: dict[tuple[str, str], str]) -> str:
    if row.subject_type == "review":
        return _("Review desk")
    return names.get((row.subject_type, row.subject_code), row.subject_code)


def _url(row: Notice) -> str:
    if row.subject_type == "review":
        return "/review/"
    if row.kind == Kind.MISSING:
        return "/reports/mine/"
    if row.inputs.get("report"):
        return f"/reports/{row.inputs['report']}/"
    if row.subject_type in KINDS:
        return page_of(row.subject_type, row.subject_code)
    return f"/{row.subject_type}s/{row.subject_code}/"
