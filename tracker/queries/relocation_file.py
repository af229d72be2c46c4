"""The clearance ledger as a file: one site a row, every figure a number in a column of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tracker.domain.clearance_pace import Pace
from tracker.domain.relocation import FIGURES, LAST, MEASURE, Obstacle, Stage, Use
from tracker.models import Site
from tracker.queries.milestones import due_of
from tracker.queries.relocation import RELATED, At, ordered, standing
from tracker.queries.relocation_lines import sign, undated
from tracker.queries.relocation_sites import Sites
from tracker.queries.relocation_state import main_count, tallies_of
from tracker.words import clearance_pace as pace_words
from tracker.words import relocation as relocation_words

RATED = (Stage.SIGNED, Stage.VACATED, Stage.DEMOLISHED, Stage.HANDED_OVER)


def columns() -> list[str]:
    """The head of the file; households and persons are whole, floor area is in 平方米, land in 亩."""
    scopes = [_("Scope: households"), _("Scope: persons"), _("Scope: floor area (m²)"), _("Scope: land (mu)")]
    figures = [str(relocation_words.FIGURES[name]) for name in FIGURES]
    rates = [str(relocation_words.RATES[stage]) for stage in RATED]
    held = [str(relocation_words.OBSTACLES[one]) for one in Obstacle]
    head = [_("Code"), _("Site"), _("Place"), _("Programme"), _("Project"), _("Unit responsible"), _("Use"), _("Basis")]
    head += [_("Counted in the totals"), *scopes, _("Scope as stated"), *figures, _("Rates go by"), *rates]
    return [*head, _("Left to zero"), *held, _("Due"), _("State"), _("Reason"), _("As of")]


def rows(sites: Sites, *, values: Mapping[str, Any], at: At, language: str) -> Iterator[list[Any]]:
    """The sites that the filters let through, as cells."""
    found, paces = standing(sites.rows.select_related(*RELATED), at)
    wanted = values.get("state")
    kept = [row for row in found if not wanted or paces[row.pk].course == wanted]
    for row in ordered(kept, paces, values.get("order") or ""):
        yield _cells(row, paces[row.pk], language)


def _cells(row: Site, pace: Pace, language: str) -> list[Any]:
    count, project = main_count(row), row.project
    tally, due = tallies_of(row)[count], due_of(row.due, row.plan_year)
    light = sign(row, pace)
    stated = (relocation_words.scope(one, scope) for one, scope in row.scope.items())
    return [
        row.code,
        row.called(language),
        row.placed(language),
        project.programme.called(language),
        project.called(language),
        row.unit.called(language),
        str(relocation_words.USES[Use(row.use)]),
        row.basis,
        _("yes") if row.in_total else _("no"),
        row.scope_households,
        row.scope_persons,
        row.scope_area,
        row.scope_land,
        _("; ").join(one for one in stated if one),
        *(getattr(row, name) for name in FIGURES),
        MEASURE[count],
        *(pace_words.percent(tally, stage) for stage in RATED),
        tally.left(LAST[Use(row.use)]),
        *(row.obstacles.get(one.value) for one in Obstacle),
        due.meaning,
        light.word,
        light.reason,
        "" if undated(row) else row.as_of,
    ]
