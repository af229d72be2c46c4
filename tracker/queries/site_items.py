"""One clearance site to report on: what its form starts from, what was last said, what is left to zero."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.relocation import FIGURES, LAST, Use, column, deciding
from tracker.domain.states import Colour
from tracker.models import Report, Site
from tracker.models.relocation import SCOPES
from tracker.models.worded import Worded
from tracker.queries.report_items import NAMES, Item, Stored, shared
from tracker.words import relocation as said

SITE_COLUMNS = (
    *(*NAMES, "version", "pending", "use", "place", "place_en", "basis", "basis_en", *FIGURES, "obstacles"),
    *(f"due_{part}" for part in ("text", "earliest", "latest", "precision", "kind")),
    *(f"scope_{name}{part}" for name in SCOPES for part in ("", "_qualifier")),
    *("as_of", "report__note", "unit__path"),
    *(f"unit__{name}" for name in NAMES),
    *(f"project__{name}" for name in NAMES),
    *(f"project__programme__{name}" for name in NAMES),
)


def loaded_sites() -> QuerySet[Site]:
    """Sites with all that an item prints and a report needs."""
    rows: QuerySet[Site] = Site.objects.current()
    return rows.select_related("project__programme", "unit", "report").only(*SITE_COLUMNS)


def site_to_report(code: str) -> Site | None:
    """The site of that code with all that its report needs; one query."""
    return _SITE.first(code)


_SITE = Worded(lambda code: loaded_sites().filter(code=code).order_by(), "any")


def site_item(row: Site, back: Report | None, *, on: date, language: str) -> Item:
    """A loaded site as something to report on."""
    place = [row.project.programme.called(language), row.project.called(language), row.placed(language)]
    now = Stored(entry=row.entry)
    left = left_of(row)
    late = bool(left) and row.due_latest is not None and row.due_latest < on
    return Item(
        **shared(row, back, now, language),
        place=" · ".join(part for part in place if part),
        due=words.imprecise(row.due),
        colour=Colour.DONE if left == 0 else Colour.RED if late else Colour.BLANK,
        word=standing(row),
        why=_("Past its due day and not cleared.") if late else "",
        url=f"/sites/{row.code}/",
        measure="",
        basis=(row.basis if language.startswith("zh") else row.basis_en) or row.basis,
        last=said.said(row.entry) if row.as_of else "",
        late=late,
        repeats=row.as_of is not None,
        use=row.use,
        scope=row.scope,
    )


def left_of(row: Site) -> Decimal | None:
    """What is left to zero, in the count that decides; None where no scope is stated."""
    use, scope = Use(row.use), row.scope
    count = deciding(use, scope)
    if count is None or (whole := scope[count].value) is None:
        return None
    return max(whole - (row.entry.get(LAST[use], count) or 0), Decimal(0))


def standing(row: Site) -> str:
    """Where a site stands, in a word."""
    left = left_of(row)
    if left is None:
        return _("Scope not stated")
    if left == 0:
        return _("Cleared to zero")
    count = deciding(Use(row.use), row.scope)
    assert count is not None
    return _("%(figure)s left") % {"figure": said.figure(column(LAST[Use(row.use)], count), left)}
