"""A person's own drafts: what a form is filled with again, and the list of forms that were begun."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.drafts import Key, Kind, Unusable
from tracker.models import Draft, Report
from tracker.models.subjects import KINDS
from tracker.permissions import Permission, Reach, within
from tracker.words import ledger

GRIDS = {"sites": "relocation_grid", "housing": "housing_grid", "packages": "tender_grid"}
"""The addresses of the grids of the ledgers."""
MOST = 200
"""Drafts of one person that are looked at; who has begun more than that sends some first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as its form needs it: `saved` in words, `stamp` to tell two savings apart, `changes` where the item has
    changed since, field by field.
    """

    key: Key
    fields: Mapping[str, Any]
    token: str
    version: int
    saved: str
    stamp: str
    changes: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Saved:
    """When a draft was saved: in words, and as a stamp to tell two savings apart."""

    saved: str
    stamp: str

    @classmethod
    def at(cls, moment: datetime) -> "Saved":
        """That moment."""
        return cls(words.instant(moment), moment.isoformat())


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One form that was begun: what it is about, where to go on with it, when it was saved."""

    name: str
    url: str
    saved: str
    key: str


def kept(person: int, now: datetime, key: Key | None = None) -> dict[str, Kept]:
    """A person's drafts by the names of their forms, the newest first; only that of one form if it is given."""
    rows = Draft.objects.standing(person, now)
    if key is not None:
        rows = rows.filter(form=str(key))
    found = {}
    for row in rows.order_by("-saved_at", "-id")[:MOST]:
        try:
            read = Key.read(row.form)
        except Unusable:
            continue
        saved = Saved.at(row.saved_at)
        found[row.form] = Kept(read, row.fields, row.token, row.version, saved.saved, saved.stamp)
    return found


def lines(drafts: Iterable[Kept], *, reach: Reach, language: str) -> list[DraftLine]:
    """The drafts as lines of a list, without those of items that are gone or no longer one's own; a query a kind."""
    drafts = list(drafts)
    own = within("unit__path", reach.paths(Permission.REPORT))
    of = {kind: [one.key.code for one in drafts if one.key.kind is kind] for kind in Kind}
    names: dict[tuple[Kind, str], str] = {
        (Kind.GRID, code): str(ledger.GRIDS.get(code, ledger.GRID)) for code in of[Kind.GRID]
    }
    for kind in Kind:
        if of[kind] and kind.value in KINDS:
            rows: Any = KINDS[kind.value].model.objects.filter(own, code__in=of[kind], retired_at__isnull=True)
            names |= {(kind, row.code): row.called(language) for row in rows.only("code", "name", "name_en")}
    if of[Kind.CORRECTION]:
        reports = Report.objects.filter(own, pk__in=of[Kind.CORRECTION]).select_related(*KINDS)
        for report in reports:
            named = _("%(item)s, correction") % {"item": report.subject.called(language)}
            names[Kind.CORRECTION, str(report.pk)] = named
    found = []
    for one in drafts:
        place = (one.key.kind, one.key.code)
        if place in names:
            found.append(DraftLine(names[place], url(one.key), one.saved, str(one.key)))
    return found


def url(key: Key) -> str:
    """Where the form of a draft is."""
    if key.kind is Kind.GRID:
        return reverse(GRIDS.get(key.code, "grid")) + ("?what=open" if key.code == "open" else "")
    if key.kind is Kind.CORRECTION:
        return reverse("correct", args=[key.code])
    return reverse(f"report_{key.kind}", args=[key.code])
