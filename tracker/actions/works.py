"""Loading the documents' works, and moving the assumed base year: batch acts with one audit event each."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core import serializers
from django.db import connection
from django.db.models import Q

from tracker.actions import document_housing
from tracker.actions.base_year import shift_citation, shift_plan
from tracker.actions.derived import work_out_all
from tracker.actions.document_corrections import correct, plan_again
from tracker.actions.document_reports import report_again, report_statements
from tracker.actions.document_sites import assumed_sites, link
from tracker.actions.plans import first_plans, take_baseline
from tracker.actions.rechecks import day_of, recheck, scheduled
from tracker.actions.versions import Planned, latest_version, put_version
from tracker.audit import Refused, clock, record, recording, snapshot
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.sorting import sort_key
from tracker.domain.stored import base_decimal
from tracker.models import (
    AuditEvent,
    Citation,
    Dependency,
    Derivation,
    Document,
    Metric,
    Milestone,
    Programme,
    Report,
    Unit,
)
from tracker.models.guard import Named

LOADING = 0x67756174_776F726B
"""The number under which the database knows that the works are being loaded."""
FROM_LEDGER = "征拆台账逐处填报，本指标由台账相加，不另报"
"""Why a metric adds up its ledger from the beginning; the reason of its first decision."""


def load(*, folder: Path, today: date) -> dict[str, int]:
    """Load every fixture of a folder in one transaction; what exists stays, but documents and citations are corrected.

    `today` becomes `tracking_from` of each new programme. Returns how many rows of each kind were added, how many
    were corrected, and how many plan versions and reports follow from that. Nothing that people named, planned or
    reported is changed. Raises Refused('no_fixtures') where the folder holds none.
    """
    files = _files(folder)
    if not files:
        raise Refused("no_fixtures", folder=str(folder))
    counts: dict[str, int] = {}
    with recording():
        _wait_for_others()
        now = clock()
        known = set(Citation.objects.values_list("code", flat=True))
        touched = [one for path in files for one in _load_file(path, counts, today=today, now=now)]
        for programme in Programme.objects.order_by("position", "code"):
            _count(counts, "plans", plan_again(programme, touched, now))
            first_plans(programme=programme, now=now)
        document_housing.first_housing_plans(now)
        if counts.get("citation"):
            report_statements(now)
        _count(counts, "reports", report_again([one for one in touched if one.code in known], now))
        _decide_ledgers(now)
        if counts:
            work_out_all()  # a document added later may state a part, or what is made from parts
            recheck(scheduled(), on=today)
        if counts or not is_loaded(folder):
            after = {**counts, "fixtures": _digest(files)}
            record("works.load", by=None, subject_type="works", after=after, at=now)
    return counts


def _wait_for_others() -> None:
    """Two hosts that start at once load one after the other; the second then finds everything there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING])


def is_loaded(folder: Path) -> bool:
    """Whether the fixtures of that folder, as they are now, were the last to be loaded here."""
    last = _last_load()
    return last is not None and (last.after or {}).get("fixtures") == _digest(_files(folder))


def wanted(folder: Path) -> bool:
    """Whether a start should load them: nothing is here yet, or other fixtures were the last to be loaded.

    Where people keep programmes of their own and the documents' works were never loaded, they are not wanted.
    """
    if _last_load() is None:
        return not Programme.objects.exists()
    return not is_loaded(folder)


def _last_load() -> AuditEvent | None:
    return AuditEvent.objects.filter(action="works.load", subject_type="works").order_by("-id").first()


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"), key=lambda path: (path.stem != "organisations", path.name))


def _digest(files: Iterable[Path]) -> str:
    """What tells these fixtures from any others."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _count(counts: dict[str, int], kind: str, more: int) -> None:
    if more:
        counts[kind] = counts.get(kind, 0) + more


def _load_file(path: Path, counts: dict[str, int], *, today: date, now: datetime) -> list[Citation]:
    """Add what is missing, correct what documents say; returns the citations that are new or say something else."""
    touched: list[Citation] = []
    shifts: dict[int, int] = {}
    with path.open(encoding="utf-8") as stream:
        for item in serializers.deserialize("yaml", stream):
            row = item.object
            if isinstance(row, Programme):
                shifts |= _moved_since(row)
            exists = _exists(row)
            _complete(row, today)
            if isinstance(row, Citation) and row.plan_year and (years := shifts.get(row.programme_id)):
                shift_citation(row, years)
            if not exists:
                item.save()
                _count(counts, row._meta.model_name or "", 1)
            elif isinstance(row, Citation):
                link(row)
                document_housing.link(row)
            elif isinstance(row, Metric):
                _take_ledger(row)
            corrected = exists and isinstance(row, (Citation, Document)) and correct(row, at=now)
            _count(counts, "corrected", int(corrected))
            if isinstance(row, Citation) and (corrected or not exists):
                touched.append(Citation.objects.select_related("programme").get(code=row.code))
    return touched


def _moved_since(stated: Programme) -> dict[int, int]:
    """By how many years the base year of a programme that is here already was moved from that of the fixtures."""
    held = Programme.objects.filter(code=stated.code).first()
    return {held.pk: held.base_year - stated.base_year} if held else {}


def _take_ledger(stated: Metric) -> None:
    """Let a metric stored before there were ledgers add up the one that the fixtures name, unless people report it or
    have decided what it is made from.
    """
    held = Metric.objects.filter(code=stated.code, ledger="", derived=False, derivations__isnull=True)
    people = Report.objects.filter(metric__code=stated.code).exclude(origin=Origin.DOCUMENT)
    if stated.ledger and not people.exists():
        taken = ("ledger", "derived", "aggregation", "basis", "basis_en")  # a ledger is added up by what it counts
        held.update(**snapshot(stated, *taken))


def _exists(row: Any) -> bool:
    if isinstance(row, Dependency):
        return bool(Dependency.objects.filter(predecessor=row.predecessor, successor=row.successor).exists())
    return row.pk is not None  # reading the file has looked it up by its code


def _complete(row: Any, today: date) -> None:
    """Fill in what is computed rather than stated."""
    if isinstance(row, Named):
        row.sort_key = sort_key(row.name)
    if isinstance(row, Unit):
        row.path = row.path_from(row.parent)
    if isinstance(row, Programme):
        row.tracking_from = today
    if isinstance(row, Citation) and row.quantity is not None:
        row.base_low = base_decimal(row.quantity.base_low)
        row.base_high = base_decimal(row.quantity.base_high)


def _decide_ledgers(now: datetime) -> None:
    """The first decision on metrics that the works say add up a ledger, so that past moments know of it."""
    for row in Metric.objects.exclude(ledger="").filter(derivations__isnull=True).order_by("pk"):
        decided = Derivation(
            metric=row, number=1, recorded_at=now, reason=FROM_LEDGER, aggregation=row.aggregation, ledger=row.ledger
        )
        decided.save(force_insert=True)


def rebase(*, programme: Programme, base_year: int) -> int:
    """Move a programme's assumed base year; returns how many plan versions were added.

    Every assumed date moves by whole years, as new plan versions in a new baseline of first commitments. Raises
    Refused: 'base_year_printed', 'base_year_range', 'base_year_same', and 'already_reported' once a person's report
    has been accepted (before that the base year is only our assumption).
    """
    if not programme.base_year_assumed:
        raise Refused("base_year_printed")
    if not 2000 <= base_year <= 2100:
        raise Refused("base_year_range", low=2000, high=2100)
    with recording():
        row = Programme.objects.select_for_update().get(pk=programme.pk)
        shift = base_year - row.base_year
        if not shift:
            raise Refused("base_year_same")
        _not_reported(row)
        now = clock()
        reason = f"{row.base_year} → {base_year}"
        _shift_citations(row, shift)
        milestone_plans = [_shift(item, shift, reason, now) for item in _assumed_milestones(row)]
        metric_plans = [_shift(item, shift, reason, now) for item in _assumed_metrics(row)]
        site_plans = [_shift(item, shift, reason, now) for item in assumed_sites(row)]
        take_baseline(
            programme=row, milestone_plans=milestone_plans, metric_plans=metric_plans, site_plans=site_plans,
            now=now, by=None, names=("首次承诺（基年调整）", "First commitment (base year moved)"), reason=reason,
        )  # fmt: skip
        recheck(scheduled(), on=day_of(now))
        before = {"base_year": row.base_year}
        row.base_year = base_year
        row.version += 1
        row.save(update_fields=["base_year", "version"])
        record(
            "programme.rebase", by=None, subject_type="programme", subject_code=row.code,
            before=before, after={"base_year": base_year}, at=now,
        )  # fmt: skip
    return len(milestone_plans) + len(metric_plans) + len(site_plans)


def _not_reported(programme: Programme) -> None:
    about = Q(milestone__project__programme=programme) | Q(metric__programme=programme)
    about |= Q(site__project__programme=programme)
    mine = Report.objects.filter(about, state=ReportState.ACCEPTED).exclude(origin=Origin.DOCUMENT)
    if mine.exists():
        raise Refused("already_reported")


def _assumed_milestones(programme: Programme) -> Iterable[Milestone]:
    found = Milestone.objects.select_for_update(of=("self",)).filter(project__programme=programme)
    return list(found.filter(plan_year__isnull=False))


def _assumed_metrics(programme: Programme) -> Iterable[Metric]:
    return list(Metric.objects.select_for_update().filter(programme=programme, plan_year__isnull=False))


def _shift_citations(programme: Programme, years: int) -> None:
    for citation in Citation.objects.filter(programme=programme, plan_year__isnull=False):
        shift_citation(citation, years)
        citation.save(update_fields=["date_earliest", "date_latest"])


def _shift(row: Planned, years: int, reason: str, now: datetime) -> Any:
    """The next version of a plan, its days some years later; stored, with its row."""
    plan = latest_version(row)
    shift_plan(plan, years, reason=reason, now=now)
    put_version(row, plan)
    return plan
