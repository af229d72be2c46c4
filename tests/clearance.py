"""How a clearance site stands by the rule in Python, from every report of it that counts: the oracle of its pace."""

from tracker.domain.clearance_pace import Course, Pace, known, pace
from tracker.models import Report, Site
from tracker.queries.relocation import At
from tracker.queries.relocation_state import main_count
from tracker.queries.site_page import points_of

PACED = (Course.STALLED, Course.BEHIND, Course.ON_COURSE, Course.UNDER_WAY)
"""How the sites stand of which only their reports tell it."""


def by_the_rule(row: Site, at: At) -> Pace:
    """What the rule says of a loaded (perhaps overlaid) site at the moment; one query."""
    counting = Report.objects.counting(on=at.on, known=at.known).filter(site=row).order_by("as_of", "accepted_at", "pk")
    points = points_of(row, list(counting.select_related("on_site")))
    return pace(known(points, scope=row.scope[main_count(row)].value, due=row.due_latest), at.on)
