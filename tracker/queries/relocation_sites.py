"""Which clearance sites a page speaks of, and the questions asked of them, as they stand or as they stood.

A question is worded once a process for each set of filters, now and then. For a past moment the same question is asked
of the sites with plan and figures as known then, so that one rule adds up and says how they stand, now and then.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Func, Q

from tracker.domain.relocation import FIGURES
from tracker.domain.reporting import Origin
from tracker.models import Report, Site, SitePlan
from tracker.models.days import DUE
from tracker.models.relocation import SCOPES
from tracker.models.worded import InPlace
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_KEY, Asked

PLAN_COLUMNS = (
    *(name for scope in SCOPES for name in (f"scope_{scope}", f"scope_{scope}_qualifier")),
    "transition_months",
    "planned_start",
    *DUE,
)
LATEST = ("-as_of", "-accepted_at", "-id")
Then = tuple[date, datetime]
"""A past moment: the day up to which reports speak, and by when they and the plans were known."""
_THEN: Then = (date(1781, 1, 1), datetime(1861, 1, 1, tzinfo=UTC))
_TEXT = ("place", "place_en", "name", "name_en", "code")


def _like(rows: Any, text: str) -> Any:
    found = Q(sort_key__sounds=text)
    for name in _TEXT:
        found |= Q(**{f"{name}__icontains": text})
    return rows.filter(found)


FILTERS: Mapping[str, tuple[Callable[[Any, Any], Any], Any]] = {
    "programme": (lambda rows, code: rows.filter(project__programme__code=code), "any-programme"),
    "project": (lambda rows, code: rows.filter(project__code__iexact=code), "any-project"),
    "use": (lambda rows, use: rows.filter(use=use), "any-use"),
    "unit": (lambda rows, path: rows.filter(unit__path__startswith=path), "any/unit/"),
    "q": (_like, "any-text"),
    "keys": (lambda rows, keys: rows.filter(pk__among=keys), [A_KEY * 7]),
}
"""By what sites are chosen, with a sample of each value."""


@dataclass(frozen=True, slots=True)
class Sites:
    """The current sites in reach that filters let through, by the names of FILTERS; nothing is read yet."""

    reach: Reach
    given: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def searched(cls, reach: Reach, values: Mapping[str, Any], unit_path: str = "") -> "Sites":
        """Those that the ledger's filters let through, but for the state; `values` are of `forms.relocation_filter`."""
        found = {name: (values.get(name) or "").strip() for name in ("programme", "project", "use", "q")}
        return cls(reach, {name: value for name, value in {**found, "unit": unit_path}.items() if value})

    def among(self, keys: Sequence[int]) -> "Sites":
        """Those of them with these keys."""
        return Sites(self.reach, {**self.given, "keys": list(keys)})

    @property
    def rows(self) -> Any:
        """The same as a query set of the sites as they stand now."""
        rows: Any = Site.objects.current().filter(readable(self.reach))
        for name, value in self.given.items():
            rows = FILTERS[name][0](rows, value)
        return rows

    def all(self, question: "Question", *values: Any, then: Then | None = None) -> list[Any]:
        """The answer, as of now or `then`; one query."""
        return question.of(self, values, then)


class Question:
    """Something asked of sites: `rows` makes its query set of that of the sites, and of values like `samples`."""

    def __init__(self, rows: Callable[..., Any], *samples: Any) -> None:
        self.rows = rows
        self.samples = samples
        self.asked: dict[tuple[tuple[str, ...], bool], Asked] = {}

    def of(self, sites: Sites, values: Sequence[Any], then: Then | None) -> list[Any]:
        """The answer; one query, none for somebody who reaches nothing."""
        kind = tuple(sites.given), then is not None
        asked = self.asked.get(kind)
        if asked is None:
            asked = self.asked[kind] = self._asked(*kind)
        return asked.all(sites.reach, *sites.given.values(), *(then or ()), *values)

    def _asked(self, names: tuple[str, ...], past: bool) -> Asked:
        def rows(reach: Reach, *given: Any) -> Any:
            sites = Sites(reach, dict(zip(names, given, strict=False)))
            rest = given[len(names) :]
            if not past:
                return self.rows(sites.rows, *rest)
            return InPlace(self.rows(Site.objects.all(), *rest[2:]), *stood(sites.rows, *rest[:2]))

        return Asked(rows, *(FILTERS[name][1] for name in names), *(_THEN if past else ()), *self.samples)


def stood(rows: Any, on: date, known: datetime) -> tuple[str, Sequence[Any]]:
    """The sites of a query set with plan and figures as known at a moment, under the names their columns have now.

    By index two look-ups a site, however many reports it has. What no plan version knew yet was not there.
    """
    plans = SitePlan.objects.filter(site_id=OF_SITE, recorded_at__lte=known).order_by("-number")
    plan, of_plan = text_of(plans.values_list("number", *PLAN_COLUMNS)[:1])
    said, of_said = text_of(last_said(on, known).values_list(*_HEAD, *(f"on_site__{name}" for name in _SAID)))
    keyed, of_keyed = text_of(rows.order_by().values_list("pk"))
    columns = ", ".join(f'{_then(item.attname)} AS "{item.column}"' for item in Site._meta.concrete_fields)
    text = (
        f"SELECT {columns} FROM ({keyed}) keyed (id)"  # noqa: S608 - three statements of ours, and the models' own names
        " JOIN tracker_site now ON now.id = keyed.id"
        f" CROSS JOIN LATERAL ({plan}) plan (number, {', '.join(PLAN_COLUMNS)})"
        f" LEFT JOIN LATERAL ({said}) said ({', '.join((*_HEAD, *_SAID))}) ON true"
    )
    return text, (*of_keyed, *of_plan, *of_said)


def last_said(on: date, known: datetime) -> Any:
    """The latest report that counted at a moment of the site named by a row called `keyed`: for a lateral statement."""
    return Report.objects.counting(on=on, known=known).filter(site_id=OF_SITE).order_by(*LATEST)[:1]


OF_SITE: Any = Func(template="keyed.id", output_field=BigIntegerField())


def text_of(rows: Any) -> tuple[str, Sequence[Any]]:
    """A query set as the database gets it."""
    found: tuple[str, Sequence[Any]] = rows.query.get_compiler(connection=connection).as_sql()
    return found


_HEAD, _SAID = ("id", "as_of", "accepted_at", "origin"), (*FIGURES, "obstacles")
_OTHERS = {
    "plan_number": "plan.number",
    "obstacles": "coalesce(said.obstacles, '{}'::jsonb)",
    "as_of": "said.as_of",
    "report_id": "said.id",
    "reported_at": f"CASE WHEN said.origin <> '{Origin.DOCUMENT.value}' THEN said.accepted_at END",
    "pending": "0::smallint",
}


def _then(name: str) -> str:
    """What a column of a site was then; whether something waits for review is a matter of today."""
    if name in PLAN_COLUMNS:
        return f"plan.{name}"
    return f"said.{name}" if name in FIGURES else _OTHERS.get(name, f"now.{name}")
