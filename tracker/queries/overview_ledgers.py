"""What the overview shows of the ledgers: per programme what is left to clear, who waits for a home and how many homes
are completed; and the sites longest past their last day.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count as Number
from django.db.models import F, IntegerField, Q, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.domain.clearance_pace import COURSE_COLOURS, Course
from tracker.domain.relocation import Count, Use
from tracker.domain.resettlement import Waiting
from tracker.models import Housing
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_DAY, A_MOMENT, Asked
from tracker.queries.relocation import parts
from tracker.queries.relocation_lines import Sign
from tracker.queries.relocation_sites import Question, Sites
from tracker.queries.relocation_state import with_course, with_pace
from tracker.queries.tallies import Part
from tracker.words import clearance_pace as pace_words
from tracker.words import relocation as relocation_words
from tracker.words import resettlement as homes_words

SHOWN_OVERDUE = 3
NOW = datetime.max.replace(tzinfo=UTC)
"""Everything that is known."""
PROGRAMME = tuple(f"project__programme__{name}" for name in ("position", "code", "name", "name_en"))
NOBODY: "Value" = Value(0, IntegerField())
UNSTATED = Q(use=Use.RESIDENTIAL.value, vacated_households__isnull=True)
LEFT_HOMES = Q(use=Use.RESIDENTIAL.value, vacated_households__isnull=False)
OWED_MOST = Least("vacated_households", Coalesce("exchange_households", "vacated_households"))
OWED_LEAST = Greatest(
    Least(OWED_MOST, F("vacated_households") - F("cash_households") - Coalesce("decided_households", NOBODY)), NOBODY
)
"""In the database what `Left.owed` says of an entry: homes owed to those who left, at most and at least."""


@dataclass(frozen=True, slots=True)
class Line:
    """One programme: clearance left by use and basis, how many sites stand where, and its homes (None without any)."""

    name: str
    url: str
    left: tuple[str, ...]
    parts: tuple[Part, ...]
    sign: Sign | None
    homes: str
    homes_url: str


@dataclass(frozen=True, slots=True)
class Overdue:
    """A site with something left after its last day."""

    name: str
    url: str
    left: str
    days: int


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Both ledgers of every programme that has any of them."""

    lines: tuple[Line, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    stalled: Part | None = None


def ledgers(*, reach: Reach, on: date, language: str) -> Ledgers:
    """Clearance and housing of every programme, as of now: one statement each, one more where a site is overdue."""
    sites = Sites(reach)
    counted = sites.all(COUNTED, on, NOW)
    told_of: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in counted:
        told_of.setdefault(tuple(row[name] for name in PROGRAMME), []).append(row)
    homes = _homes(reach)
    courses = Counter({Course(code): 0 for code in Course})
    for row in counted:
        courses[Course(row["standing"])] += row["sites"]
    found = [_line(key, told_of.get(key, []), homes.get(key), language) for key in sorted({*told_of, *homes})]
    still = courses[Course.STALLED]
    return Ledgers(
        tuple(found),
        tuple(_overdue(sites, on, language)) if courses[Course.OVERDUE] else (),
        next(one for one in parts({Course.STALLED: still}, {}) if one.count) if still else None,
    )


def _counted(rows: Any, on: date, known: datetime) -> Any:
    """Of each programme, use and basis how many sites stand where, what is left of them and who is owed a home."""
    keys = (*PROGRAMME, "use", "basis", "basis_en", "in_total", "counted", "standing")
    return (
        with_pace(rows, on, known)
        .order_by()
        .values(*keys)
        .annotate(
            sites=Number("pk"),
            to_zero=Sum("left", filter=Q(left__gt=0)),
            owed_most=Sum(OWED_MOST, filter=LEFT_HOMES),
            owed_least=Sum(OWED_LEAST, filter=LEFT_HOMES & Q(cash_households__isnull=False)),
            unstated=Number("pk", filter=UNSTATED),
        )
    )


COUNTED = Question(_counted, A_DAY, A_MOMENT)
LATE = Question(
    lambda rows, on: (
        with_course(rows, on).filter(course=Course.OVERDUE.value).order_by("due_latest", "code")[:SHOWN_OVERDUE]
    ),
    A_DAY,
)


def _homes(reach: Reach) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The sums over the housing of each programme; one statement."""
    return {tuple(row[name] for name in PROGRAMME): row for row in HOMES.all(reach)}


def _summed(reach: Reach) -> Any:
    rows = Housing.objects.current().filter(readable(reach)).order_by().values(*PROGRAMME)
    return rows.annotate(
        places=Number("pk"),
        stated=Number("homes"),
        planned=Sum("homes"),
        accepted=Sum("accepted_homes"),
        back=Coalesce(Sum("moved_back_households"), NOBODY),
    )


HOMES = Asked(_summed)


def _line(
    key: Sequence[Any],
    held: Sequence[Mapping[str, Any]],
    homes: Mapping[str, Any] | None,
    language: str,
) -> Line:
    """One programme."""
    _position, code, name, name_en = key
    counts: Counter[Course] = Counter()
    left: dict[tuple[int, str, str], Decimal] = {}
    order = list(Use)
    for row in held:
        counts[Course(row["standing"])] += row["sites"]
        if row["in_total"] and row["counted"] and row["to_zero"]:
            basis = row["basis"] if language.startswith("zh") or not row["basis_en"] else row["basis_en"]
            group = (order.index(Use(row["use"])), basis, row["counted"])
            left[group] = left.get(group, Decimal(0)) + row["to_zero"]
    worst = next((one for one in Course if counts[one]), None)
    mine = urlencode({"programme": code})
    return Line(
        name=name if language.startswith("zh") or not name_en else name_en,
        url=f"{reverse('relocation' if held else 'resettlement')}?{mine}",
        left=tuple(_left(order[use], basis, Count(one), value) for (use, basis, one), value in sorted(left.items())),
        parts=parts(counts, {"programme": code}),
        sign=Sign(COURSE_COLOURS[worst], pace_words.course(worst)) if worst else None,
        homes=_told(held, homes) if homes else "",
        homes_url=f"{reverse('resettlement')}?{mine}",
    )


def _left(use: Use, basis: str, count: Count, value: Decimal) -> str:
    said = {"use": relocation_words.USES[use], "scope": pace_words.amount(value, count), "basis": basis}
    return (_("%(use)s %(scope)s (%(basis)s)") if basis else _("%(use)s %(scope)s")) % said


def _told(held: Sequence[Mapping[str, Any]], homes: Mapping[str, Any]) -> str:
    """Who waits, and the homes completed of those planned; a plan only where every place of housing states it."""
    left = [row for row in held if row["owed_most"] is not None]
    said = []
    if left:
        least, most = (sum(row[name] or 0 for row in left) for name in ("owed_least", "owed_most"))
        unstated = sum(row["unstated"] for row in held)
        waits = Waiting(max(0, least - homes["back"]), max(0, most - homes["back"]), None, None, unstated)
        said.append(homes_words.wait_for_homes(waits))
    planned = homes_words.figure("accepted_homes", homes["planned"]) if homes["stated"] == homes["places"] else ""
    said.append(homes_words.completed(homes_words.figure("accepted_homes", homes["accepted"]), planned))
    return _("; ").join(said)


def _overdue(sites: Sites, on: date, language: str) -> list[Overdue]:
    """The sites longest past their last day."""
    return [
        Overdue(
            name=row.called(language),
            url=reverse("site", args=[row.code]),
            left=pace_words.amount(row.left, Count(row.counted)),
            days=(row.due_latest - on).days,
        )
        for row in sites.all(LATE, on)
    ]
