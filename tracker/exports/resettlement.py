"""The resettlement ledger as a file: one housing a row, every figure a number in a column of its own."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tracker.domain.resettlement import FIGURES
from tracker.queries.resettlement import sign
from tracker.queries.resettlement_state import Serving
from tracker.words import resettlement as said


def columns() -> list[str]:
    """The head of the file; floor area is in 平方米."""
    head = [_("Code"), _("Housing"), _("Place"), _("Programme"), _("Project"), _("Unit responsible"), _("Basis")]
    head += [_("Homes planned"), _("Floor area planned (m²)"), *(str(said.FIGURES[name]) for name in FIGURES)]
    head += [_("Households waiting, at least"), _("Households waiting, at most")]
    head += [_("Sites that did not state who moved out"), _("Longest wait (days)")]
    return [*head, _("Beyond their transition period"), _("Homes due"), _("State"), _("Reason"), _("As of")]


def row(one: Serving, *, on: date, language: str) -> list[Any]:
    """One housing as cells under `columns`."""
    held, project, light = one.row, one.row.project, sign(one, on)
    return [
        held.code,
        held.called(language),
        held.placed(language),
        project.programme.called(language),
        project.called(language),
        held.unit.called(language),
        held.basis,
        held.homes,
        held.area,
        *(getattr(held, name) for name in FIGURES),
        one.all.least if one.stated else None,
        one.all.most if one.stated else None,
        one.all.unstated,
        one.all.days(on),
        one.all.overrun,
        one.standing.ready_by,
        light.word,
        light.reason,
        held.as_of,
    ]
