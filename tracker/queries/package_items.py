"""One tender package to report on: what its form starts from and what was last said."""

from datetime import date

from django.db.models import QuerySet

from tracker import words
from tracker.domain.states import Colour
from tracker.models import Package, Report
from tracker.models.tenders import HELD
from tracker.models.worded import Worded
from tracker.queries.report_items import NAMES, Item, Stored, shared
from tracker.words import tenders as said

PACKAGE_COLUMNS = (
    *(*NAMES, "version", "pending", "kind", *HELD, "as_of", "report__note", "unit__path", "metric__code"),
    *(f"unit__{name}" for name in NAMES),
    *(f"project__{name}" for name in NAMES),
    *(f"project__programme__{name}" for name in NAMES),
)


def loaded_packages() -> QuerySet[Package]:
    """Packages with all that an item prints and a report needs."""
    rows: QuerySet[Package] = Package.objects.current()
    return rows.select_related("project__programme", "unit", "report", "metric").only(*PACKAGE_COLUMNS)


def package_to_report(code: str) -> Package | None:
    """The package of that code with all that its report needs; one query."""
    return _PACKAGE.first(code)


_PACKAGE = Worded(lambda code: loaded_packages().filter(code=code).order_by(), "any")


def package_item(row: Package, back: Report | None, *, on: date, language: str) -> Item:
    """A loaded package as something to report on."""
    place = [row.project.programme.called(language), row.project.called(language), said.kind(row.kind)]
    now, suspended = Stored(counts=row.counts), row.counts.suspended(on)
    return Item(
        **shared(row, back, now, language),
        place=" · ".join(place),
        due="",
        colour=Colour.AMBER if suspended else Colour.BLANK,
        word=words.day(row.as_of) if row.as_of else said.said(row.counts),
        why=said.suspension(row.counts, on),
        url=f"/tenders/{row.code}/",
        measure="",
        basis="",
        last=said.said(row.counts) if row.as_of else "",
        late=False,
        repeats=row.as_of is not None,
        metric=row.metric.code if row.metric else "",
    )
