"""Metrics that add up the clearance ledger, at any moment: what their sites came to, and how they came to it.

Sums are made by the database from the reports that counted at the moment, never from today's columns; whatever the
number of metrics and sites, the figures of a moment are one query, and so are the courses.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef

from tracker.domain.aggregation import Figure
from tracker.domain.ledger_sums import Added, Sum, read, summed
from tracker.domain.reporting import Origin
from tracker.models import Metric, Report, Site, SitePlan
from tracker.models.worded import WordedText
from tracker.queries.asked import A_DAY, A_KEY, A_MOMENT
from tracker.queries.relocation_sites import OF_SITE, last_said, text_of

MANY = 400
SHOWN_DAYS = 98
"""Of more than `MANY` sites the course of these days is told, or none: to add up every day of years takes too long."""
# The latest counting report of each site: what it says, of which day, and when a person's was accepted.
_SUM = """
SELECT %s::bigint, sum(said.value), count(said.value), min(said.day) FILTER (WHERE said.value IS NOT NULL),
       (array_agg(said.report ORDER BY said.day, said.about) FILTER (WHERE said.value IS NOT NULL))[1],
       max(said.accepted) FILTER (WHERE said.value IS NOT NULL AND said.origin <> %s)
FROM ({reports}) said
"""
# What each report adds to the one before it of the same site, by the day it speaks of; then added up day by day.
_COURSE = """
SELECT %s::bigint, day, sum(added) OVER (ORDER BY day), sum(more) OVER (ORDER BY day), source, accepted
FROM (SELECT said.day, sum(coalesce(said.value, 0) - coalesce(said.before, 0)) AS added,
             sum((said.value IS NOT NULL)::int - (said.before IS NOT NULL)::int) AS more,
             max(said.report) AS source, max(said.accepted) FILTER (WHERE said.origin <> %s) AS accepted
      FROM (SELECT one.*, lag(one.value) OVER (PARTITION BY one.about
                                               ORDER BY one.day, one.accepted, one.report) AS before
            FROM ({reports}) one) said GROUP BY said.day) days
"""


def ledgers_of(stored: Mapping[int, str]) -> dict[int, Added]:
    """What each metric adds up, from its stored form; those that name no figure are left out."""
    found = {pk: read(text) for pk, text in stored.items()}
    return {pk: added for pk, added in found.items() if added is not None}


def figures(
    ledgers: Mapping[int, Added], rows: Mapping[int, Metric], *, on: date, known: datetime
) -> dict[int, Figure]:
    """What the sites of each metric came to at a moment; two queries, none without any."""
    pieces = [(pk, _text("sum", rows[pk], added, on, known)) for pk, added in ledgers.items()]
    totals, found = _counts(ledgers, rows, known), {}
    for pk, value, counted, day, source, accepted in _together(pieces):
        metric, made = rows[pk], Sum(value, counted, totals.get(pk, 0), day, source, accepted)
        found[pk] = summed(ledgers[pk], made, measure=metric.measure, basis=metric.basis)
    return found


def courses(
    ledgers: Mapping[int, Added],
    rows: Mapping[int, Metric],
    *,
    on: date,
    known: datetime,
    most: int,
    held: Mapping[int, Figure],
    recent: bool = False,
) -> dict[int, list[Figure]]:
    """The figure of each metric on each of the last `most` days one of its sites speaks of, oldest first; two queries.

    A figure is as of that day; it is complete where every site of the metric had stated one. Of more than `MANY` sites
    only the figure itself is told, from `held` where the caller has it, or the last `SHOWN_DAYS` days if `recent`.
    """
    totals, since = _counts(ledgers, rows, known), on - timedelta(days=SHOWN_DAYS)
    many = {pk for pk in ledgers if totals.get(pk, 0) > MANY}
    pieces = [
        (pk, _text("recent" if pk in many else "course", rows[pk], added, on, known))
        for pk, added in ledgers.items()
        if recent or pk not in many
    ]
    days: dict[int, list[tuple[Any, ...]]] = {}
    for pk, *day in _together(pieces):
        if pk not in many or day[0] > since:
            days.setdefault(pk, []).append(tuple(day))
    quiet = {pk: ledgers[pk] for pk in many if pk not in days}
    asked = figures({pk: added for pk, added in quiet.items() if pk not in held}, rows, on=on, known=known)
    found = {pk: [held[pk] if pk in held else asked.get(pk, Figure())] for pk in quiet}
    for pk, said in days.items():
        metric, added = rows[pk], ledgers[pk]
        sums = [
            Sum(value, counted, totals[pk], day, source, accepted)
            for day, value, counted, source, accepted in sorted(said)[-most:]
        ]
        found[pk] = [summed(added, one, measure=metric.measure, basis=metric.basis) for one in sums]
    return found


def course_of(made: Sequence[Figure]) -> list[tuple[date, Figure]]:
    """A ledger metric's own course: days before every site was there are left out, the last always stays."""
    points = [(figure.as_of, figure) for figure in made if figure.as_of is not None]
    return [point for point in points[:-1] if point[1].complete] + points[-1:]


def _sites(metric: Metric, added: Added, known: datetime) -> Any:
    """The sites a metric adds up that were known by then."""
    planned = SitePlan.objects.filter(site=OuterRef("pk"), recorded_at__lte=known)
    return Site.objects.current().entering(metric, added).filter(Exists(planned)).order_by()


def _latest(metric: Metric, added: Added, on: date, known: datetime) -> tuple[str, Sequence[Any]]:
    """The latest counting report of each site: by index one look-up a site, however many reports it has."""
    said, of_said = _values(last_said(on, known), added)
    sites, of_sites = text_of(_sites(metric, added, known).values("pk"))
    # A lateral join: asked for by their keys, all reports would be read for the sake of a few thousand.
    return f"SELECT said.* FROM ({sites}) keyed (id) CROSS JOIN LATERAL ({said}) said", (*of_sites, *of_said)  # noqa: S608


def _recent(metric: Metric, added: Added, on: date, known: datetime) -> tuple[str, Sequence[Any]]:
    """The counting reports of the last days, and before them the latest of each site: where its course comes from."""
    since = on - timedelta(days=SHOWN_DAYS)
    sites, of_sites = text_of(_sites(metric, added, known).values("pk"))
    before, of_before = _values(last_said(since, known), added)
    after = Report.objects.counting(on=on, known=known).filter(site_id=OF_SITE, as_of__gt=since).order_by()
    said, of_said = _values(after, added)
    # OFFSET 0 keeps the database from reading every report there is instead of those few of each site.
    text = (
        f"SELECT said.* FROM ({sites}) keyed (id)"  # noqa: S608 - three statements of ours
        f" CROSS JOIN LATERAL (({before}) UNION ALL ({said} OFFSET 0)) said"
    )
    return text, (*of_sites, *of_before, *of_said)


def _said(metric: Metric, added: Added, on: date, known: datetime) -> tuple[str, Sequence[Any]]:
    """Every counting report of the sites."""
    sites = _sites(metric, added, known).values("pk")
    return _values(Report.objects.counting(on=on, known=known).filter(site__in=sites).order_by(), added)


def _counted(metric: Metric, added: Added, known: datetime) -> tuple[str, Sequence[Any]]:
    return text_of(_sites(metric, added, known).values("pk"))


def _values(rows: Any, added: Added) -> tuple[str, Sequence[Any]]:
    """Reports as the statements read them."""
    names = {"day": "as_of", "value": f"on_site__{added.figure}", "accepted": "accepted_at", "report": "pk"}
    names["about"] = "site_id"
    return text_of(rows.annotate(**{name: F(column) for name, column in names.items()}).values(*names, "origin"))


def _counts(ledgers: Mapping[int, Added], rows: Mapping[int, Metric], known: datetime) -> dict[int, int]:
    """How many sites each metric adds up; one query."""
    return dict(_together((pk, _text("count", rows[pk], added, None, known)) for pk, added in ledgers.items()))


Piece = tuple[str, Sequence[Any]]
_MADE: Mapping[str, tuple[str, Callable[..., Piece]]] = {
    "sum": (_SUM, _latest),
    "course": (_COURSE, _said),
    "recent": (_COURSE, _recent),
    "count": ("SELECT %s::bigint, count(*) FROM ({reports}) sites", _counted),
}
"""Each statement about one metric, with what it reads."""


def _text(what: str, metric: Metric, added: Added, on: date | None, known: datetime) -> Piece:
    """A statement about a metric but for its key, which is the first value."""
    owner = metric.project_id or metric.programme_id
    given = [owner, metric.basis, *([on] if on else []), known]
    return _worded(what, added, metric.project_id is not None, on is not None).text(*given)


@lru_cache(maxsize=400)
def _worded(what: str, added: Added, of_project: bool, dated: bool) -> WordedText:
    """The statement for any metric that adds up the same, worded once."""
    statement, read_of = _MADE[what]

    def made(owner: int, basis: str, *moment: Any) -> Piece:
        metric = Metric(project_id=owner if of_project else None, programme_id=owner, basis=basis)
        sql, values = read_of(metric, added, *moment)
        text = statement.format(reports=sql)
        return text, (*([Origin.DOCUMENT.value] if "<> %s" in statement else []), *values)

    return WordedText(made, A_KEY, "any-basis", *([A_DAY] if dated else []), A_MOMENT)


def _together(pieces: Iterable[tuple[int, Piece]]) -> list[tuple[Any, ...]]:
    """The rows of many like statements, asked for as one."""
    texts, params = [], []
    for pk, (sql, given) in pieces:
        texts.append(f"({sql})")
        params += [pk, *given]
    if not texts:
        return []
    # Planned for these values each time: of sites with very many reports the right way depends on them.
    with connection.cursor() as asking:
        asking.execute(f"SELECT * FROM ({' UNION ALL '.join(texts)}) made", params)  # noqa: S608 - worded here
        return list(asking.fetchall())
