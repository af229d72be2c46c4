"""One housing to report on: what its form starts from and what was last said."""

from datetime import date

from django.db.models import QuerySet

from tracker import words
from tracker.domain.resettlement import FIGURES, HomeCount, HomeStage, Verdict
from tracker.domain.states import Colour, Status
from tracker.models import Housing, Report
from tracker.models.worded import Worded
from tracker.queries.report_items import NAMES, Item, Stored, shared
from tracker.queries.resettlement_state import ready_by
from tracker.words import resettlement as said

HOUSING_COLUMNS = (
    *(*NAMES, "version", "pending", "place", "place_en", *FIGURES, "basis", "basis_en"),
    *("homes", "homes_qualifier", "area", "area_qualifier", "as_of", "report__note", "unit__path"),
    *(f"completion__{name}" for name in ("status", "forecast_latest", "due_latest", "due_earliest", "due_text")),
    *(f"completion__{name}" for name in ("due_precision", "due_kind")),
    *(f"unit__{name}" for name in NAMES),
    *(f"project__{name}" for name in NAMES),
    *(f"project__programme__{name}" for name in NAMES),
)


def loaded_housing() -> QuerySet[Housing]:
    """Housing with all that an item prints and a report needs."""
    rows: QuerySet[Housing] = Housing.objects.current()
    return rows.select_related("project__programme", "unit", "report", "completion").only(*HOUSING_COLUMNS)


def housing_to_report(code: str) -> Housing | None:
    """The housing of that code with all that its report needs; one query."""
    return _HOUSING.first(code)


_HOUSING = Worded(lambda code: loaded_housing().filter(code=code).order_by(), "any")


def housing_item(row: Housing, back: Report | None, *, on: date, language: str) -> Item:
    """Loaded housing as something to report on."""
    place = [row.project.programme.called(language), row.project.called(language), row.placed(language)]
    now, due = Stored(homes=row.entry), row.completion.due if row.completion else None
    ready = ready_by(row.completion)
    late = ready is not None and ready < on
    done = row.completion is not None and row.completion.status == Status.DONE
    back_home = row.entry.get(HomeStage.MOVED_BACK, HomeCount.HOMES)
    return Item(
        **shared(row, back, now, language),
        place=" · ".join(part for part in place if part),
        due=words.imprecise(due),
        colour=Colour.RED if late else Colour.DONE if done and back_home else Colour.BLANK,
        word=words.day(row.as_of) if row.as_of else str(said.VERDICTS[Verdict.NOT_REPORTED]),
        why="",
        url=f"/housing/{row.code}/",
        measure="",
        basis=(row.basis if language.startswith("zh") else row.basis_en) or row.basis,
        last=said.said(row.entry) if row.as_of else "",
        late=late,
        repeats=row.as_of is not None,
        planned=row.planned,
    )
