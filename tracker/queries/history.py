"""The audit trail: what anybody did in reach, and the history of one item."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.states import Status
from tracker.models import (
    AuditEvent,
    ProcessTemplate,
    Programme,
    Project,
    Report,
    Role,
    StatutoryWindow,
    Unit,
    User,
)
from tracker.models.subjects import KINDS
from tracker.permissions import ROLES, Permission, Reach, readable, readable_templates, within
from tracker.queries.scope import projects_in_reach, readable_programmes
from tracker.words import evidence as evidence_words
from tracker.words import foreign_sheets as sheet_words
from tracker.words import history as said
from tracker.words import relocation
from tracker.words import tenders as tender_words

LONGEST_VALUE = 200
REFERENCE = "reference"
"""What windows and the house's templates are loaded from; all of it has one event."""
MODELS: dict[str, Any] = {name: kind.model for name, kind in KINDS.items()}
MODELS |= {"project": Project, "programme": Programme}
MODELS |= {"window": StatutoryWindow, "process": ProcessTemplate}
COVERED = (*KINDS, "project", "programme", "report", "window", "process")
"""The kinds whose history everybody with the item in reach may read; the others need the right to read histories."""


@dataclass(frozen=True, slots=True)
class Change:
    """One column before and after; an empty text where there was or is nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One act. `route` names the page of its subject, '' where it has none that every reader may open."""

    pk: int
    at: str
    actor: str
    action: str
    refused: bool
    why: str
    kind: str
    kind_word: str
    code: str
    subject: str
    route: str
    changes: list[Change]
    reference: str


def events(reach: Reach) -> Any:
    """The events in reach, newest first; nothing is read yet.

    Who reads everything sees every event. Others see those about items, reports, units and people in reach, and
    their own.
    """
    rows = AuditEvent.objects.order_by("-id")
    if reach.sees_all():
        return rows
    units = Unit.objects.filter(within("path", reach.paths(Permission.READ_HISTORY))).order_by()
    people = User.objects.filter(appointments__unit__in=units).order_by()
    reports = Report.objects.filter(unit__in=units).order_by()
    seen = Q(actor_id=reach.user_id)
    for name, kind in KINDS.items():
        seen |= _about(name, kind.model.objects.filter(unit__in=units).order_by().values("code"))
    seen |= _about("project", projects_in_reach(reach).order_by().values("code"))
    seen |= _about("programme", Programme.objects.filter(readable_programmes(reach)).order_by().values("code"))
    seen |= _about("report", reports.annotate(text=Cast("pk", CharField())).values("text"))
    seen |= _about("unit", units.values("code"))
    seen |= _about("user", people.values("username"))
    own = ProcessTemplate.objects.filter(readable_templates(reach), unit__isnull=False, version=1)
    seen |= _about("process", own.order_by().values("code"))
    return rows.filter(seen)


def _about(kind: str, codes: Any) -> Q:
    return Q(subject_type=kind, subject_code__in=codes)


@dataclass(frozen=True, slots=True)
class Subject:
    """The item whose history is shown."""

    kind: str
    kind_word: str
    code: str
    name: str
    route: str
    loaded_from: str = ""


def subject(*, kind: str, code: str, reach: Reach, language: str) -> Subject | None:
    """The item of that kind and code, None where there is none in reach."""
    rows = _subjects(kind, reach)
    if rows is None:
        return None
    field = {"report": "pk", "user": "username"}.get(kind, "code")
    if field == "pk" and not (code.isascii() and code.isdigit() and len(code) < 16):
        return None
    row = rows.filter(**{field: code}).first()
    if row is None:
        return None
    name = _("Report %(number)s") % {"number": row.pk} if kind == "report" else row.called(language)
    programme = _programme(kind, row)
    loaded_from = programme.code if programme is not None and not programme.simulated else ""
    if kind == "window" or (kind == "process" and row.unit_id is None):
        loaded_from = REFERENCE
    return Subject(kind, str(words.NOUNS[kind]), code, name, _page(kind) if kind in COVERED else "", loaded_from)


def _page(kind: str) -> str:
    """The name of the page of an item."""
    return KINDS[kind].page if kind in KINDS else kind


def _programme(kind: str, row: Any) -> Programme | None:
    """The programme an item came with; None for reports, people and units."""
    if kind in KINDS and KINDS[kind].programme != "programme":
        row = row.project
    if kind in KINDS or kind == "project":
        row = row.programme
    return row if isinstance(row, Programme) else None


def _subjects(kind: str, reach: Reach) -> Any:
    """The rows of that kind whose history the reader may see; None for a kind that has none."""
    if kind in KINDS or kind == "report":
        model: Any = Report if kind == "report" else KINDS[kind].model
        return model.objects.filter(readable(reach))
    if kind == "project":
        return projects_in_reach(reach)
    if kind == "programme":
        return Programme.objects.current().filter(readable_programmes(reach))
    if kind == "window":
        return StatutoryWindow.objects.newest().filter(region="")
    if kind == "process":
        return ProcessTemplate.objects.newest().filter(readable_templates(reach))
    if kind not in ("unit", "user"):
        return None
    units = Unit.objects.filter(within("path", reach.paths(Permission.READ_HISTORY)))
    if kind == "unit":
        return units
    return User.objects.filter(
        Q(appointments__unit__in=units) | Q(appointments__isnull=True, pk=reach.user_id)
    ).distinct()


def events_of(found: Subject, *, reach: Reach) -> Any:
    """The events about one item and about the reports on it, newest first; refusals only for who reads histories."""
    about = Q(subject_type=found.kind, subject_code=found.code)
    if found.kind in KINDS:
        reports = Report.objects.filter(**{f"{found.kind}__code": found.code}).order_by()
        about |= _about("report", reports.annotate(text=Cast("pk", CharField())).values("text"))
    if found.kind == "project":
        for name, kind in KINDS.items():
            about |= _about(name, _items(kind.model, found.code, reach))
    if found.kind == "window":
        about |= Q(subject_type="window", subject_code__startswith=f"{found.code}-")  # its local rows: TB-05-ZJ
    if found.loaded_from == REFERENCE:
        about |= Q(action="reference.load")
    elif found.loaded_from:
        # What was loaded, simulated or moved with its whole programme has one event for all of it.
        about |= Q(subject_type="works") | Q(action="programme.rebase", subject_code=found.loaded_from)
    rows = AuditEvent.objects.filter(about).order_by("-id")
    return rows if reach.holds(Permission.READ_HISTORY) else rows.filter(refused=False)


def _items(model: Any, project: str, reach: Reach) -> Any:
    return model.objects.filter(readable(reach), project__code=project).order_by().values("code")


def event_rows(rows: Iterable[AuditEvent], *, language: str) -> list[EventRow]:
    """Events as rows: people, subjects and units by name; at most eight queries, however many."""
    loaded = list(rows)
    names = _names(loaded, language)
    people = User.objects.filter(username__in={row.actor_name for row in loaded if row.actor_name})
    person = {user.username: user.called(language) for user in people}
    units = {unit.pk: unit.called(language) for unit in Unit.objects.filter(pk__in=_unit_ids(loaded))}
    return [
        EventRow(
            pk=row.pk,
            at=words.instant(row.at),
            actor=person.get(row.actor_name, row.actor_name) or _("the system"),
            action=said.action(row.action),
            refused=row.refused,
            why=words.refusal(row.code) if row.refused and row.code else "",
            kind=row.subject_type,
            kind_word=str(words.NOUNS.get(row.subject_type, row.subject_type)),
            code=row.subject_code,
            subject=names.get((row.subject_type, row.subject_code), row.subject_code),
            route=_page(row.subject_type) if (row.subject_type, row.subject_code) in names else "",
            changes=changes(row.before, row.after, {} if row.subject_type == "works" else units),
            reference=row.reference,
        )
        for row in loaded
    ]


def _names(rows: Sequence[AuditEvent], language: str) -> dict[tuple[str, str], str]:
    """What the subjects are called; one query for each kind that occurs."""
    codes: dict[str, set[str]] = {}
    for row in rows:
        codes.setdefault(row.subject_type, set()).add(row.subject_code)
    found: dict[tuple[str, str], str] = {}
    for kind, model in MODELS.items():
        if kind in codes:
            found |= {(kind, item.code): item.called(language) for item in model.objects.filter(code__in=codes[kind])}
    numbers = [int(code) for code in codes.get("report", ()) if code.isascii() and code.isdigit() and len(code) < 16]
    if numbers:
        for report in Report.objects.filter(pk__in=numbers).select_related(*KINDS):
            found["report", str(report.pk)] = report.subject.called(language)
    return found


def _unit_ids(rows: Sequence[AuditEvent]) -> set[int]:
    ids: set[int] = set()
    for row in rows:
        for values in (row.before, row.after):
            if isinstance(values, dict):
                ids |= {values[name] for name in ("unit", "parent") if isinstance(values.get(name), int)}
    return ids


def changes(before: Any, after: Any, units: dict[int, str]) -> list[Change]:
    """What differs, in the order of the columns; where one side was not kept, everything of the other that is said."""
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    found = []
    for name in [*old, *(name for name in new if name not in old)]:
        if name in said.HIDDEN or old.get(name) == new.get(name):
            continue
        change = Change(said.field(name), value(name, old.get(name), units), value(name, new.get(name), units))
        if change.before or change.after:
            found.append(change)
    return found


def value(name: str, stored: Any, units: dict[int, str]) -> str:
    """One stored value in words."""
    if stored is None or stored in ("", [], {}):
        return ""
    if isinstance(stored, bool):
        return said.yes(stored)
    if name in ("unit", "parent") and isinstance(stored, int):
        return units.get(stored, str(stored))
    if name == "obstacles" and isinstance(stored, dict):
        return relocation.held(stored)
    if isinstance(stored, dict):
        return _("; ").join(f"{key} {value('', one, units)}" for key, one in stored.items())[:LONGEST_VALUE]
    if isinstance(stored, list):
        return _list(name, stored)
    text = str(stored)
    coded = _coded(name, text)
    if coded:
        return coded
    day = _day(text)
    return words.day(day) if day else text[:LONGEST_VALUE]


def _coded(name: str, text: str) -> str:
    """A code in words, '' for a text that is none."""
    if name == "state" and text in set(ReportState):
        return words.report_state(text)
    if name == "status" and text in set(Status):
        return words.status(text)
    if name == "origin" and text in set(Origin):
        return words.origin(text)
    if name in relocation.FIGURES:
        return relocation.figure(name, Decimal(text))
    if name == "role" and text in set(Role):
        return str(ROLES[Role(text)].label)
    if name in ("kind", "regime") and (word := tender_words.term(name, text)):
        return word
    if name in ("qualifier", "target_qualifier", "estimate_qualifier") and text in words.QUALIFIERS:
        return str(words.QUALIFIERS[text])
    return ""


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if len(text) == 10 else None
    except ValueError:
        return None


def _list(name: str, stored: list[Any]) -> str:
    if name == "evidence":
        return _(", ").join(evidence_words.told(one) for one in stored)
    if name == "earlier_stops":
        return _listed([" – ".join(words.day(date.fromisoformat(day)) for day in one[:2]) for one in stored])
    return _listed([str(sheet_words.ROLES.get(one, one) if name == "columns" else one) for one in stored])


def _listed(texts: list[str]) -> str:
    """The texts one after the other, as many whole ones as fit."""
    shown: list[str] = []
    for text in texts:
        if shown and sum(map(len, shown)) + 2 * len(shown) + len(text) > LONGEST_VALUE:
            return _(", ").join(shown) + " …"
        shown.append(text[:LONGEST_VALUE])
    return _(", ").join(shown)
