"""The list of milestones as a file: the same query as the page, every row of it."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import words
from tracker.domain.states import DateState
from tracker.queries.milestones import printed_date

COLUMNS = (
    gettext_lazy("Code"),
    gettext_lazy("Milestone"),
    gettext_lazy("Programme"),
    gettext_lazy("Project code"),
    gettext_lazy("Project"),
    gettext_lazy("Unit"),
    gettext_lazy("Due as printed"),
    gettext_lazy("Due"),
    gettext_lazy("Due from"),
    gettext_lazy("Due up to"),
    gettext_lazy("Moved by a suspension to"),
    gettext_lazy("Year"),
    gettext_lazy("First commitment up to"),
    gettext_lazy("State"),
    gettext_lazy("Progress %"),
    gettext_lazy("Forecast"),
    gettext_lazy("Forecast up to"),
    gettext_lazy("As of"),
    gettext_lazy("Waiting for review"),
)


def row(record: dict[str, Any], moved: date | None) -> tuple[Any, ...]:
    """A record of `queries.milestones.listed` as a row of the file; its columns are `COLUMNS`. `moved`: the
    day to which a suspension has moved it.
    """
    return (
        record["code"],
        record["label"],
        record["programme_label"],
        record["project_code"],
        record["project_label"],
        record["unit_label"],
        record["due_text"],
        printed_date(record, "due"),
        record["due_earliest"],
        record["due_latest"],
        moved,
        _("assumed year") if record["plan_year"] else "",
        record["first_due_latest"],
        words.state(DateState(record["date_state"])),
        record["progress"],
        printed_date(record, "forecast"),
        record["forecast_latest"],
        record["as_of"] if record["dated"] else "",
        record["pending"],
    )
