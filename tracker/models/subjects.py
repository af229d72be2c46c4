"""What reports are about, kind by kind: whatever differs between the kinds by their rows alone is looked up here.

A new kind of subject has its key in `Report`, its name in `SUBJECTS` and its line in `KINDS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Q

from tracker.models.metrics import Metric
from tracker.models.milestones import Milestone
from tracker.models.relocation import Site, SiteReport
from tracker.models.reports import SUBJECTS, MetricReport, MilestoneReport, Report
from tracker.models.resettlement import Housing, HousingReport
from tracker.models.tenders import Package, PackageReport

Subject = Milestone | Metric | Site | Housing | Package


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of subject: its rows, what reports say of it, the lookup of its programme, the name of its page."""

    model: Any
    said: Any
    programme: str
    page: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "milestone": Kind(Milestone, MilestoneReport, "project__programme", "milestone"),
        "metric": Kind(Metric, MetricReport, "programme", "metric"),
        "site": Kind(Site, SiteReport, "project__programme", "site"),
        "package": Kind(Package, PackageReport, "project__programme", "tender"),
        "housing": Kind(Housing, HousingReport, "project__programme", "housing"),
    }
)
"""By the names of `SUBJECTS`, in their order."""
SAID = tuple(f"on_{name}" for name in KINDS)
"""Where a report holds its typed values: names for `select_related`."""


def kind_of(subject: Any) -> str:
    """The name of a subject's kind."""
    return str(subject._meta.model_name)


def said_in(report: Report) -> Any:
    """The typed values of a report, loaded with it; None where it has none."""
    return getattr(report, f"on_{report.kind}", None)


def key_of(report: Report) -> tuple[int, int]:
    """What a report is about, without reading it: the place of its kind in `SUBJECTS`, and the key of the row."""
    kind = report.kind
    return SUBJECTS.index(kind), getattr(report, f"{kind}_id")


def of_programme(code: str) -> Q:
    """The condition for reports on anything of that programme."""
    found = Q()
    for name, kind in KINDS.items():
        found |= Q(**{f"{name}__{kind.programme}__code": code})
    return found


def named_like(text: str) -> Q:
    """The condition for reports on items with that text in a name or the code."""
    found = Q()
    for name in KINDS:
        for column in ("name", "name_en", "code"):
            found |= Q(**{f"{name}__{column}__icontains": text})
    return found
