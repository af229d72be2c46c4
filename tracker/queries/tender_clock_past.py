"""The open steps of tender packages as they stood at a past moment, ready for the one clock (`models.tender_clock`)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Q

from tracker.domain.tenders import deadlines
from tracker.models import Package, PackageStep
from tracker.models.calendars import EMPTY
from tracker.models.tender_clock import point
from tracker.permissions import Reach, readable
from tracker.queries.state import overlay_milestones
from tracker.queries.tender_state import overlay_packages, package_steps


def steps_then(packages: Any, *, on: date, at: datetime) -> list[PackageStep]:
    """Of these packages what `open_steps` asks for of the present, with plans and reports known at the moment `at`.

    One query where there are no packages, else seven however many, one more with milestones of other projects.
    """
    rows = {row.pk: row for row in overlay_packages(list(packages.select_related("project__programme")), on=on, at=at)}
    if not rows:
        return []
    steps = [step for step in package_steps(list(rows.values())) if step.milestone]
    milestones = {step.milestone.pk: step.milestone for step in steps if step.milestone}
    overlay_milestones(list(milestones.values()), on=on, known=at)
    for step in steps:
        step.package = rows[step.package_id]
        step.milestone = milestones[step.milestone_id or 0]  # one object, however many packages share it
    return [step for _pk, of in groupby(steps, key=lambda one: one.package_id) for step in _open(list(of), on)]


def _open(steps: Sequence[PackageStep], on: date) -> Iterable[PackageStep]:
    points = [point(step, None, on) for step in steps]
    coming = {one.key for one in deadlines(points, steps[0].package.counts, on=on, calendar=EMPTY)}
    for step, one in zip(steps, points, strict=True):
        if step.code in coming:
            step.day = one.finish  # type: ignore[attr-defined]  # as `open_steps` annotates it
            yield step


def stopped_at(which: Q, *, reach: Reach | None) -> Any:
    """The packages at those milestones (`which`, of a step) of which any belongs to a package whose suspension was ever
    reported; within reach, where one is given.
    """
    ever = PackageStep.objects.filter(package__reports__on_package__suspended_from__isnull=False)
    steps = PackageStep.objects.filter(which, milestone__in=ever.order_by().values("milestone"))
    found = Package.objects.current().filter(pk__in=steps.order_by().values("package"))
    return found if reach is None else found.filter(readable(reach))
