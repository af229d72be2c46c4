"""A clearance site's plan in force, as the forms that change it show it, and where sites may be added."""

from django.db.models import F, OrderBy

from tracker import words
from tracker.domain.quantities import Qualifier
from tracker.domain.relocation import Scope, Use, measure_of, scopes_of
from tracker.domain.units import MEASURES
from tracker.models import Project, Site
from tracker.permissions import Permission, Reach, readable, within
from tracker.words.relocation import SCOPES, stated

ORDER: tuple[OrderBy, ...] = (F("programme__position").asc(), F("position").asc(), F("code").asc())


def plan_projects(*, reach: Reach, language: str) -> list[tuple[str, str]]:
    """The projects a site may be added to: those of units under which the reader keeps plans; (code, name)."""
    rows = Project.objects.current().filter(
        within("unit__path", reach.paths(Permission.PLAN)), programme__retired_at__isnull=True
    )
    found = rows.select_related("programme").order_by(*ORDER)
    return [(row.code, f"{row.programme.called(language)} · {row.called(language)}") for row in found]


def kept(*, code: str, reach: Reach, retired: bool) -> Site | None:
    """The site of that code, retired ones too if asked for; None where there is none in reach."""
    rows = Site.objects.all() if retired else Site.objects.current()
    found: Site | None = rows.filter(readable(reach), code=code).select_related("unit", "project__programme").first()
    return found


def _scope(row: Site, name: str) -> Scope:
    value, qualifier = getattr(row, f"scope_{name}"), getattr(row, f"scope_{name}_qualifier")
    return Scope(value, Qualifier(qualifier) if qualifier else None)


def in_force(row: Site) -> list[tuple[str, str]]:
    """The scope now: what is counted, and how much, '' where nobody has stated it."""
    return [(str(SCOPES[name]), stated(_scope(row, name), measure_of(name))) for name in scopes_of(Use(row.use))]


def typed(row: Site) -> dict[str, object]:
    """The plan in force as somebody would type it; a blank of the document comes as an empty field."""
    found: dict[str, object] = {"due": words.imprecise(row.due), "transition_months": row.transition_months}
    found["planned_start"] = row.planned_start.isoformat() if row.planned_start else ""
    for name in scopes_of(Use(row.use)):
        scope = _scope(row, name)
        found[f"scope_{name}"] = _as_typed(scope, measure_of(name))
    return found


def _as_typed(scope: Scope, measure: str) -> str:
    """A count that is read back as it was: in English written out, since nobody types "2.03 million m²"."""
    if scope.value is None or scope.qualifier is None:
        return ""
    if words.language().startswith("zh"):
        return stated(scope, measure)
    number, _dot, places = words.number(scope.value).partition(".")
    said = f"{int(number):,}{'.' if places else ''}{places} {MEASURES[measure].many_en}"
    return said if scope.qualifier is Qualifier.EXACT else f"{scope.qualifier.value.replace('_', ' ')} {said}"
