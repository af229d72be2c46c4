"""A unit's own process templates: their versions, what differs, who may change them, and what the editor needs."""

from dataclasses import dataclass
from typing import TypeVar

from tracker import words
from tracker.domain.process_copies import Difference, Sheet, differences
from tracker.domain.processes import Attached
from tracker.models import ProcessTemplate, StatutoryWindow, Unit
from tracker.permissions import Permission, Reach, readable_templates, within
from tracker.words import processes as said
from tracker.words import windows as law

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changed:
    """One difference in words; an empty side where there was or is nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version as its list shows it."""

    number: int
    recorded: str
    by: str
    reason: str
    retired: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class Left:
    """A window of the original that a copy leaves out, or attaches elsewhere (`moved`)."""

    code: str
    name: str
    place: str
    reason: str
    moved: bool


@dataclass(frozen=True, slots=True)
class Trail:
    """What a template is: whose, held against what, its versions, what differs.

    `origin_newest` is the number of a newer version of the original, 0 where there is none. `newest` is whether the
    version shown is the last one; `previous` its predecessor's number, 0 for the first.
    """

    unit: str
    origin: str
    origin_name: str
    origin_version: int
    origin_newest: int
    versions: list[VersionLine]
    newest: bool
    retired: bool
    retired_reason: str
    previous: int
    from_previous: list[Changed]
    from_origin: list[Changed]
    origin_changes: list[Changed]
    left: list[Left]
    copies: list[tuple[str, str, str]]
    may_change: bool
    may_copy: bool


def found(*, code: str, reach: Reach, version: int | None = None) -> ProcessTemplate | None:
    """A template in reach, in one version or its newest; seven queries."""
    return ProcessTemplate.objects.filter(readable_templates(reach)).whole(code, version)


def trail(row: ProcessTemplate, *, reach: Reach) -> Trail:
    """All about a template beside its steps. At most 24 queries, however many versions there are."""
    language = words.language()
    rows = list(ProcessTemplate.objects.filter(code=row.code).select_related("by").order_by("-version"))
    last, sheet = rows[0], row.sheet()
    before = ProcessTemplate.objects.all().whole(row.code, row.version - 1) if row.version > 1 else None
    origin = ProcessTemplate.objects.all().whole(row.origin.code, row.origin.version) if row.origin else None
    newer = ProcessTemplate.objects.all().whole(row.origin.code) if row.origin else None
    if origin and newer and newer.version <= origin.version:
        newer = None
    return Trail(
        unit=row.unit.called(language) if row.unit else "",
        origin=origin.code if origin else "",
        origin_name=origin.called(language) if origin else "",
        origin_version=origin.version if origin else 0,
        origin_newest=newer.version if newer else 0,
        versions=[_line(one, shown=one.version == row.version) for one in rows],
        newest=row.version == last.version,
        retired=last.retired,
        retired_reason=last.reason if last.retired else "",
        previous=before.version if before else 0,
        from_previous=changed(before.sheet(), sheet) if before else [],
        from_origin=changed(origin.sheet(), sheet) if origin else [],
        origin_changes=changed(origin.sheet(), newer.sheet()) if origin and newer else [],
        left=left_out(sheet),
        copies=_copies(row, reach, language),
        may_change=row.unit is not None and not last.retired and reach.may(Permission.PLAN, row.unit.path),
        may_copy=row.unit is None and reach.holds(Permission.PLAN),
    )


def _line(row: ProcessTemplate, *, shown: bool) -> VersionLine:
    by = row.by.called(words.language()) if row.by else ""
    return VersionLine(row.version, words.instant(row.recorded_at), by, row.reason, row.retired, shown)


def _copies(row: ProcessTemplate, reach: Reach, language: str) -> list[tuple[str, str, str]]:
    """The copies of a template of the house that one may use: code, name, unit; one query."""
    if row.unit:
        return []
    rows = ProcessTemplate.objects.offered().filter(readable_templates(reach), origin__code=row.code)
    return [
        (one.code, one.called(language), one.unit.called(language) if one.unit else "")
        for one in rows.select_related("unit")
    ]


def left_out(sheet: Sheet) -> list[Left]:
    """What a copy leaves out, with the windows' names; one query where there is any."""
    if not sheet.omitted:
        return []
    codes = {one.held.window for one in sheet.omitted}
    names = {row.code: row.called(words.language()) for row in _national(codes)}
    kept = {held.window for held in sheet.windows}
    return [
        Left(one.held.window, names.get(one.held.window, ""), said.between(one.held), one.reason,
             one.held.window in kept)
        for one in sheet.omitted
    ]  # fmt: skip


def omissions(held: list[tuple[Attached, T]]) -> list[tuple[str, T]]:
    """Attachments in words, each with what goes with it; one query where there is any."""
    codes = {one.window for one, _with in held}
    names = {row.code: row.called(words.language()) for row in _national(codes)} if codes else {}
    return [(f"{one.window} {names.get(one.window, '')} · {said.between(one)}", other) for one, other in held]


def changed(old: Sheet, new: Sheet) -> list[Changed]:
    """What `new` says otherwise than `old`, in words."""
    return [_changed(one) for one in differences(old, new)]


def _changed(one: Difference) -> Changed:
    return Changed(said.label(one), said.said(one.old), said.said(one.new))


def _national(codes: set[str] | None = None) -> list[StatutoryWindow]:
    rows = StatutoryWindow.objects.newest().filter(region="")
    return list(rows if codes is None else rows.filter(code__in=codes))


def windows() -> list[tuple[str, str]]:
    """Code and wording of every national window, to choose from; one query."""
    return [
        (row.code, f"{row.called(words.language())} · {law.rule(row.value())} · {law.citation(row.value())}")
        for row in _national()
    ]


def window_names() -> dict[str, str]:
    """The national windows by code, as they are called; one query."""
    return {row.code: row.called(words.language()) for row in _national()}


def units(reach: Reach) -> list[tuple[str, str]]:
    """The units one plans for, as choices, in the order of the tree; one query."""
    rows = Unit.objects.filter(within("path", reach.paths(Permission.PLAN)), retired_at__isnull=True).order_by("path")
    return [(row.code, "　" * (row.path.count("/") - 1) + row.called(words.language())) for row in rows]


def original(row: ProcessTemplate, *, newest: bool) -> tuple[Attached, ...]:
    """The windows of the template a copy is held against, in its version or the newest; seven queries."""
    assert row.origin is not None
    held = ProcessTemplate.objects.all().whole(row.origin.code, None if newest else row.origin.version)
    assert held is not None
    return held.value().windows


def newer_origin(row: ProcessTemplate) -> int:
    """The number of a version of the original newer than the one a copy is held against, 0 if there is none."""
    assert row.origin is not None
    newest = ProcessTemplate.objects.newest().get(code=row.origin.code).version
    return newest if newest > row.origin.version else 0
