"""What reading another office's sheet asks: how its header was read before, and the items its rows can mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tracker import words
from tracker.domain.ledger import Kind
from tracker.domain.name_matching import Known
from tracker.models import Metric, Milestone, SheetMapping
from tracker.permissions import Permission, Post, Reach, within


@dataclass(frozen=True, slots=True)
class Remembered:
    """A header read before: for which unit, by whom and when."""

    title: str
    unit: str
    by: str
    at: str
    number: int


def reporting_posts(reach: Reach) -> list[Post]:
    """The appointments by which a person reports; a mapping is kept for the unit of the first."""
    return [post for post in reach.posts if reach.may(Permission.REPORT, post.unit_path)]


def mapping(fingerprint: str, *, reach: Reach) -> SheetMapping | None:
    """How the units one reports for read this header, the latest version; one query."""
    units = [post.unit_id for post in reporting_posts(reach)]
    rows = SheetMapping.objects.filter(fingerprint=fingerprint, unit_id__in=units)
    found: SheetMapping | None = rows.select_related("unit", "made_by").order_by("-id").first()
    return found


def mappings(*, reach: Reach, language: str, most: int = 50) -> list[Remembered]:
    """The headers the units one reports for have read, each once, the latest first; one query."""
    units = [post.unit_id for post in reporting_posts(reach)]
    rows = SheetMapping.objects.filter(unit_id__in=units).select_related("unit", "made_by")
    latest = rows.order_by("unit_id", "fingerprint", "-number").distinct("unit_id", "fingerprint")
    found = sorted(latest, key=lambda row: -row.pk)[:most]
    return [told(row, language) for row in found]


def told(row: SheetMapping, language: str) -> Remembered:
    """A mapping as pages name it."""
    return Remembered(
        row.title, row.unit.called(language), row.made_by.called(language), words.instant(row.made_at), row.number
    )


def items(kinds: Iterable[Kind], *, reach: Reach) -> list[Known]:
    """Everything of these kinds the person reports on, to be found by code or name; one query for each kind."""
    own, wanted = within("unit__path", reach.paths(Permission.REPORT)), set(kinds)
    names = ("code", "name", "name_en", "project__name", "project__name_en", "programme__name")
    found: list[Known] = []
    if Kind.MILESTONE in wanted:
        columns = tuple(name.replace("programme", "project__programme") for name in names)
        rows: Any = Milestone.objects.current().filter(own).order_by("code").values_list(*columns)
        found += [_known(Kind.MILESTONE, row) for row in rows]
    if Kind.METRIC in wanted:
        rows = Metric.objects.current().filter(own, derived=False).order_by("code").values_list("measure", *names)
        found += [_known(Kind.METRIC, row, measure) for measure, *row in rows]
    return found


def _known(kind: Kind, row: Sequence[Any], measure: str = "") -> Known:
    code, name, name_en, *places = row
    return Known(f"{kind.value}:{code}", code, (name, name_en or ""), tuple(one for one in places if one), measure)
