"""The ledgers on the timeline: tender packages, clearance sites, resettlement housing, a line each under their
project's milestones.

Which lines there are is one statement, asked only where a project is opened; what they say is read for the page shown
alone, in as many statements however many they are.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import IntegerField, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.resettlement import HomeCount
from tracker.domain.states import Colour, Status
from tracker.models import Housing, Milestone, Package, PackageStep, Site
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_KEY, Asked
from tracker.queries.state import light_of
from tracker.queries.timeline_packages import between_steps, of_light, package_rows
from tracker.queries.timeline_rows import Row, day_beside, planned_lines, source_of, undated
from tracker.queries.timeline_sites import of_state, site_rows
from tracker.queries.timeline_wanted import Wanted, between, lit
from tracker.words import resettlement as homes_words

PACKAGE, SITE, HOUSING = 0, 1, 2
"""In the order in which a project shows them."""
LAST_DAYS = ("move_back", "completion", "topping_out", "start")
"""Housing is done with the last of its days that it has: that milestone gives its line the end and the light."""

NAMES = ("name", "name_en", "code", "project__name", "project__name_en")
"""Where a search looks."""

Fitting = tuple[tuple[int, Any], ...]
"""Of each ledger the rows that the filters let through."""

Line = tuple[int, int]
"""Which ledger, and the key of its row."""


def sites(reach: Reach, on: date, wanted: Wanted) -> Any:
    """Current clearance sites in reach that the filters let through; undated ones lie in every window."""
    rows = _filtered(Site.objects.current().filter(readable(reach)), wanted)
    rows = between(rows, wanted, "planned_start", "due_earliest", "due_latest")
    if wanted.state:
        rows = of_state(rows, on, wanted.state)
    return rows.order_by()


def housing(reach: Reach, on: date, wanted: Wanted) -> Any:
    """Current housing in reach that the filters let through, dated and lit by the last of its days."""
    rows = _filtered(Housing.objects.current().filter(readable(reach)), wanted)
    days = lit(between(Milestone.objects.order_by(), wanted, "due_earliest", "due_latest"), wanted, on)
    if wanted.start or wanted.end or wanted.state:
        fitting = Q(last__in=days.values("pk"))
        if wanted.state in ("", Colour.BLANK):
            fitting |= Q(last__isnull=True)
        rows = rows.alias(last=Coalesce(*(f"{name}_id" for name in LAST_DAYS))).filter(fitting)
    return rows.order_by()


def packages(reach: Reach, on: date, wanted: Wanted) -> Any:
    """Current tender packages in reach that the filters let through; those without a day lie in every window."""
    rows = _filtered(Package.objects.current().filter(readable(reach)), wanted, placed=False)
    rows = between_steps(rows, reach, on, wanted)
    if wanted.state:
        rows = of_light(rows, reach, on, wanted.state)
    return rows.order_by()


def _filtered(rows: Any, wanted: Wanted, *, placed: bool = True) -> Any:
    if wanted.programme:
        rows = rows.filter(project__programme__code=wanted.programme)
    if wanted.unit_path:
        rows = rows.filter(unit__path__startswith=wanted.unit_path)
    if wanted.text:
        found = Q(project__code__iexact=wanted.text) | Q(sort_key__sounds=wanted.text)
        for name in (*NAMES, *(("place", "place_en") if placed else ())):
            found |= Q(**{f"{name}__icontains": wanted.text})
        rows = rows.filter(found)
    return rows


def held(opened: Iterable[int], *, reach: Reach, wanted: Wanted, among: Fitting | None) -> dict[int, list[Line]]:
    """The lines of opened projects in their order, ledger by ledger; one statement, none without such projects."""
    projects = sorted(opened)
    if not projects or not wanted.ledgers:
        return {}
    rows = _LINES.all(reach, projects) if among is None else _lines(among, projects)
    found: dict[int, list[Line]] = {}
    for project, kind, _position, _code, pk in sorted(rows):
        found.setdefault(project, []).append((kind, pk))
    return found


def fitting(reach: Reach, on: date, wanted: Wanted) -> Fitting | None:
    """What the filters let through of each ledger, None where they let through all. Only which light a site or a
    package has is read at once: no statement alone can tell it.
    """
    if not wanted.ledgers:
        return ()
    return _ledgers(reach, on, wanted) if wanted.narrowed or wanted.programme else None


def _ledgers(reach: Reach, on: date, wanted: Wanted) -> Fitting:
    return (
        (PACKAGE, packages(reach, on, wanted)),
        (SITE, sites(reach, on, wanted)),
        (HOUSING, housing(reach, on, wanted)),
    )


def _lines(among: Fitting, projects: Sequence[int]) -> Any:
    parts = [
        rows.filter(project__pk__among=projects)
        .annotate(ledger=Value(kind, IntegerField()))
        .values_list("project_id", "ledger", "position", "code", "pk")
        for kind, rows in among
    ]
    return parts[0].union(*parts[1:], all=True)


_LINES = Asked(lambda reach, projects: _lines(_ledgers(reach, date.min, Wanted()), projects), [A_KEY])


def line_rows(lines: Iterable[Line], *, reach: Reach, on: date, language: str) -> dict[Line, Row]:
    """The rows of these lines; one statement for housing, two for sites, those of their board for packages, none for a
    ledger without any of them.
    """
    keys: dict[int, list[int]] = {PACKAGE: [], SITE: [], HOUSING: []}
    for kind, pk in lines:
        keys[kind].append(pk)
    found: dict[Line, Row] = {}
    if keys[PACKAGE]:
        made = package_rows(keys[PACKAGE], reach=reach, on=on, language=language)
        found |= {(PACKAGE, pk): row for pk, row in made}
    if keys[SITE]:
        found |= {(SITE, pk): row for pk, row in site_rows(keys[SITE], on, language)}
    if keys[HOUSING]:
        related = ("unit", "project__programme", "report__citation__document", *LAST_DAYS)
        for home in Housing.objects.filter(pk__in=keys[HOUSING]).select_related(*related):
            found[HOUSING, home.pk] = _housing_row(home, on, language)
    return found


def _housing_row(row: Housing, on: date, language: str) -> Row:
    """Housing from its start to the last of its days, homes completed of those planned."""
    last = next((one for name in LAST_DAYS if (one := getattr(row, name)) is not None), None)
    programme, homes = row.project.programme, _homes(row)
    light = light_of(last, on, programme.tracking_from) if last else None
    assumed = last and last.due_latest and last.plan_year and programme.base_year_assumed and last.due_latest.year
    due, source = words.imprecise(last.due) if last else "", source_of(row)
    said = f"{last.called(language)} · {light.reason}" if last and light else ""
    start = row.start if row.start is not last else None
    begins = _("From: %(date)s") % {"date": words.imprecise(start.due)} if start and start.due else ""
    beside = [day_beside(last.due, assumed or None) if last and last.due else _("no date stated")]
    beside += [homes] if row.accepted_homes is not None else []
    return Row(
        kind="housing",
        pk=row.pk,
        code=row.code,
        name=row.called(language),
        url=reverse("housing", args=[row.code]),
        colour=light.colour if light else Colour.BLANK,
        word=light.word if light else words.colour(Colour.BLANK),
        label=" · ".join(part for part in beside if part),
        hover=(row.called(language), begins, *planned_lines(due, assumed or None), homes, said, source),
        ledger=_("Resettlement"),
        unit=row.unit.called(language),
        due=due,
        reason=_("; ").join(part for part in (homes, said) if part),
        source=source,
        assumed=assumed or None,
        **_course(row, start, last, light.colour if light else Colour.BLANK),
    )


def _course(row: Housing, start: Milestone | None, last: Milestone | None, colour: Colour) -> dict[str, Any]:
    """The days of housing: planned, forecast and happened."""
    begun = row.start.actual_start or row.start.actual_finish if row.start else None
    days: dict[str, Any] = {
        "planned_start": (start.due_earliest or start.due_latest) if start else None,
        "actual_start": begun,
        "seen": None if undated(row) else row.as_of,
    }
    if last is None:
        return days
    return days | {
        "earliest": last.due_earliest,
        "latest": last.due_latest,
        "precision": last.due_precision,
        "aim": last.due_kind,
        "forecast_earliest": last.forecast_earliest,
        "forecast_latest": last.forecast_latest,
        "forecast_text": words.imprecise(last.forecast),
        "actual_finish": last.actual_finish,
        "actual_text": words.day(last.actual_finish),
        "done": last.status == Status.DONE,
        "late": colour is Colour.RED,
    }


def _homes(row: Housing) -> str:
    """Homes completed and accepted of those planned."""
    planned = homes_words.planned(HomeCount.HOMES, row.planned[HomeCount.HOMES])
    accepted = homes_words.figure("accepted_homes", row.accepted_homes)
    return homes_words.completed(accepted, planned)


def packages_of(milestones: Sequence[int], *, reach: Reach, language: str) -> dict[int, str]:
    """The tender packages whose steps these milestones are; one statement, none without milestones."""
    if not milestones:
        return {}
    found: dict[int, list[str]] = {}
    for pk, name, name_en in _PACKAGES.all(reach, list(milestones)):
        shown = name if language.startswith("zh") or not name_en else name_en
        names = found.setdefault(pk, [])
        if shown not in names:
            names.append(shown)
    return {pk: _(", ").join(names) for pk, names in found.items()}


_PACKAGES = Asked(
    lambda reach, milestones: (
        PackageStep.objects.filter(readable(reach, "package__unit__path"), milestone__pk__among=milestones)
        .filter(package__retired_at__isnull=True)
        .order_by("milestone_id", "package__position", "package__code")
        .values_list("milestone_id", "package__name", "package__name_en")
    ),
    [A_KEY],
)
