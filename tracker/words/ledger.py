"""The ledger in words: its column titles in both languages, and what is wrong with a file, a row or a cell."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tracker import words
from tracker.domain.dates import ImpreciseDate
from tracker.domain.ledger import FIGURES, Kind, Said, Words, measure_of, normal
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.relocation import EXTRA, Count, Stage
from tracker.domain.reporting import Problem
from tracker.domain.resettlement import HomeCount, HomeStage
from tracker.domain.states import Status
from tracker.domain.units import MEASURES
from tracker.words import relocation, resettlement, tenders

LANGUAGES = ("zh-hans", "en")
TITLES: Mapping[Kind, Promise] = {
    Kind.MILESTONE: gettext_lazy("Milestones"),
    Kind.METRIC: gettext_lazy("Metrics"),
    Kind.SITE: gettext_lazy("Clearance: buildings"),
    Kind.LAND: gettext_lazy("Clearance: collective land"),
    Kind.HOUSING: gettext_lazy("Resettlement housing"),
    Kind.PACKAGE: gettext_lazy("Tender packages"),
}
GRID = gettext_lazy("Report in a grid")
GRIDS: Mapping[str, Promise] = {
    "sites": gettext_lazy("Clearance progress table"),
    "housing": gettext_lazy("Resettlement progress table"),
    "packages": gettext_lazy("Tender counts table"),
}
"""What the grids are called: that of milestones and metrics, and those of the ledgers by the keys of their drafts."""
FIGURE_LABELS: Mapping[str, Promise] = {**relocation.FIGURES, **resettlement.FIGURES, **tenders.COUNTS}
"""What each figure of a row is called."""

_LABELS: Mapping[str, Promise] = {
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Item"),
    "project": gettext_lazy("Programme and project"),
    "unit": gettext_lazy("Unit"),
    "due": gettext_lazy("Planned"),
    "target": gettext_lazy("Target"),
    "last": gettext_lazy("Last accepted"),
    "hint": gettext_lazy("Where it stands"),
    "status": gettext_lazy("Status"),
    "progress": gettext_lazy("Progress %"),
    "actual_start": gettext_lazy("Started on"),
    "actual_finish": gettext_lazy("Finished on"),
    "forecast": gettext_lazy("Expected"),
    "quantity": gettext_lazy("Value"),
    "measure": gettext_lazy("Unit of measure"),
    "note": gettext_lazy("Note"),
    "as_of": gettext_lazy("State as of"),
    "key": gettext_lazy("Row key (leave as it is)"),
}

FAULTS: Mapping[str, Promise] = {
    "sheet_missing": gettext_lazy("Choose the file first."),
    "sheet_empty": gettext_lazy("The file is empty."),
    "sheet_too_large": gettext_lazy("The file is larger than %(limit)s MB. Is it the right one?"),
    "sheet_old_or_locked": gettext_lazy(
        "This is an old .xls file or one with a password. Save it as .xlsx without a password."
    ),
    "sheet_broken": gettext_lazy("The file is damaged and cannot be opened. Save it anew and try again."),
    "sheet_bomb": gettext_lazy("Unpacked, the file would be larger than %(limit)s MB. It was not opened."),
    "sheet_macros": gettext_lazy("The file contains macros. Save it as .xlsx without them."),
    "sheet_entities": gettext_lazy("The file contains declarations that no spreadsheet needs. It was not opened."),
    "sheet_not_a_workbook": gettext_lazy("This is neither an Excel file (.xlsx) nor a table as text (CSV)."),
    "sheet_encoding": gettext_lazy("The letters of the file cannot be read. Save it as “CSV UTF-8”."),
    "sheet_too_many_rows": gettext_lazy("More than %(limit)s rows. Split the file."),
    "sheet_too_many_changes": gettext_lazy(
        "%(count)s rows were changed; one upload takes at most %(limit)s. Send them in parts."
    ),
    "sheet_no_header": gettext_lazy("No table was found: the row of column titles with “%(column)s” is missing."),
    "sheet_columns_missing": gettext_lazy(
        "Sheet “%(table)s”: columns are missing (%(columns)s). Download the ledger anew."
    ),
    "sheet_column_twice": gettext_lazy("Sheet “%(table)s”: the column “%(column)s” stands there twice."),
    "sheet_merged": gettext_lazy("Sheet “%(table)s”: the cells %(cells)s are merged. Take the merging back."),
    "sheet_other_format": gettext_lazy("This ledger is of another version (%(version)s). Download it anew."),
    "sheet_other_unit": gettext_lazy("This is the ledger of %(units)s, for which you do not report. It was not read."),
    "sheet_gone": gettext_lazy("This upload has been removed, or its day has passed. Upload the file once more."),
    "sheet_stopped": gettext_lazy("The sending was stopped. Nothing of it was sent."),
    "sheet_no_rows": gettext_lazy("The table has no rows."),
    "cell_formula": gettext_lazy("This is a formula. Enter the value itself."),
    "cell_too_long": gettext_lazy("At most %(limit)s characters."),
    "status_unknown": gettext_lazy("“%(text)s” is no status. Choose one from the list."),
    "status_missing": gettext_lazy("Choose the status."),
    "code_missing": gettext_lazy("The code is missing."),
    "code_twice": gettext_lazy("This code stands in more than one row: %(rows)s. Keep one of them."),
    "item_twice": gettext_lazy(
        "This sheet says something of the item in more than one place: %(cells)s. Keep one of them."
    ),
    "code_unknown": gettext_lazy("There is no open item of this code in your reach."),
    "key_missing": gettext_lazy("The hidden row key is missing. Download the ledger anew and enter this row there."),
    "key_edited": gettext_lazy(
        "This code is not that of the row: it was changed, or only some columns were sorted. Download anew."
    ),
    "name_differs": gettext_lazy("This code is “%(name)s”: was only a part of the columns sorted?"),
    "other_unit": gettext_lazy("%(unit)s reports on this item, not your unit."),
    "counted_by_metric": gettext_lazy("This is counted by the metric %(metric)s and reported there."),
    "already_sent": gettext_lazy("This row was sent before and taken back. Change it, or report it in the form."),
    "stale": gettext_lazy("This changed again in the meantime. Upload the sheet once more."),
}


def label(column: str) -> str:
    """The title of a column; that of an area says its measure."""
    if column not in FIGURE_LABELS:
        return str(_LABELS[column])
    if not column.endswith(("_area", "_land")):
        return str(FIGURE_LABELS[column])
    inputs = {"figure": FIGURE_LABELS[column], "measure": words.measure(measure_of(column))}
    return _("%(figure)s (%(measure)s)") % inputs


@cache
def columns() -> Mapping[str, str]:
    """What each title means, in either language, however it is spaced."""
    return {
        normal(text): column
        for column in (*_LABELS, *FIGURE_LABELS)
        for text in _both(lambda column=column: label(column))
    }


@cache
def meaning() -> Words:
    """What the words in the cells mean, in either language."""
    return Words(
        statuses={normal(text): one for one in Status for text in _both(lambda one=one: words.status(one))},
        measures={normal(text): one for one in MEASURES for text in (*_both(lambda one=one: words.measure(one)), one)},
        vague={normal(english): chinese for chinese, english in words.VAGUE.items()},
    )


def fault(code: str, inputs: Mapping[str, Any] | None = None) -> str:
    """What is wrong, as one sentence."""
    template = FAULTS.get(code)
    return str(template) % dict(inputs or {}) if template is not None else words.refusal(code, inputs)


def head(column: str) -> tuple[str, str, str]:
    """How a column of figures stands in a table: the stage it is grouped under ('' for none), its title, its measure
    where the title does not say it.
    """
    stage, _between, count = column.rpartition("_")
    if column in resettlement.FIGURES:
        own = resettlement.COUNTS[HomeCount(count)]
        measure = words.measure(measure_of(column)) if count == HomeCount.AREA else ""
        return str(resettlement.STAGES[HomeStage(stage)]), str(own), measure
    if column in relocation.FIGURES and column not in EXTRA:
        counted = Count(count)
        return str(relocation.STAGES[Stage(stage)]), str(relocation.COUNTS[counted]), relocation.beneath(counted)
    return "", label(column), ""


_PROBLEMS: Mapping[Kind, Callable[[Problem], str]] = {
    Kind.SITE: relocation.problem,
    Kind.LAND: relocation.problem,
    Kind.HOUSING: resettlement.problem,
    Kind.PACKAGE: tenders.problem,
}


def problem(kind: Kind, found: Problem) -> str:
    """What is wrong with a row of that kind, as one sentence with every figure in its measure."""
    if found.code in FAULTS or kind not in FIGURES:
        return fault(found.code, found.inputs)
    return _PROBLEMS[kind](found)


def place(row: int, column: str) -> str:
    """Where something stands: 第 7 行「进度」."""
    return _("row %(row)s, “%(column)s”") % {"row": row, "column": label(column)}


def value(column: str, said: Said) -> str:
    """What a row says in that column; '' for nothing."""
    if column == "status":
        return words.status(said.status.value) if said.status else ""
    if column == "progress":
        return f"{words.number(said.progress)}%" if said.progress is not None else ""
    if column == "forecast":
        return words.imprecise(said.forecast)
    if column == "quantity":
        return words.quantity(said.quantity)
    if column in FIGURE_LABELS:
        return figure_said(column, said.figures.get(column))
    return words.day(getattr(said, column))


_BEFORE: Mapping[Qualifier, tuple[str, str]] = {
    Qualifier.ABOUT: ("约", "about "),
    Qualifier.OVER: ("超过", "over "),
    Qualifier.NEARLY: ("近", "nearly "),
    Qualifier.AT_LEAST: ("不少于", "at least "),
    Qualifier.AT_MOST: ("不超过", "at most "),
}


def figure(held: Quantity) -> str:
    """A figure without its unit and unrounded, as it reads back."""
    bounds = dict.fromkeys(bound for bound in (held.low, held.high) if bound is not None)
    word = _BEFORE.get(held.qualifier, ("", ""))[0 if words.language().startswith("zh") else 1]
    return word + "—".join(words.number(bound) for bound in bounds)


def figure_said(column: str, value: Decimal | None) -> str:
    """A figure counted from the beginning, with its measure; '' for none."""
    if value is None:
        return ""
    if column in tenders.COUNTS:
        return words.number(value)
    return relocation.figure(column, value) if column in relocation.FIGURES else resettlement.figure(column, value)


def printed(held: ImpreciseDate) -> list[str]:
    """A date as the ledger prints it, in either language."""
    return _both(lambda: words.imprecise(held))


def _both(word: Any) -> list[str]:
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append(str(word()))
    return found
