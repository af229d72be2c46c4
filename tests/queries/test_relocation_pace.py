"""Who stands still, who is behind and who is on course, as the database finds it: held against the rule in Python.

The rule gets every report of a site; the database looks up two. Days and amounts lie where the rule turns.
"""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.clearance import PACED, by_the_rule
from tests.family import TODAY
from tracker.domain.clearance_pace import STALL_DAYS
from tracker.domain.progress import PACE_DAYS
from tracker.domain.relocation import LAST, Count, Use, column
from tracker.models import Project, Report, Role, Site
from tracker.models.guard import writing
from tracker.models.relocation import SiteReport
from tracker.permissions import Post, Reach
from tracker.queries import relocation
from tracker.queries.relocation import At
from tracker.queries.relocation_sites import Sites

pytestmark = pytest.mark.django_db
EVERY = Reach(0, (Post(Role.LEADER, 0, "", "any/", "", ""),))
TURNS = [0, 1, *(around + days for around in (STALL_DAYS, PACE_DAYS) for days in (-1, 0, 1)), 2 * PACE_DAYS]
COUNTED = {Use.RESIDENTIAL: Count.HOUSEHOLDS, Use.NON_RESIDENTIAL: Count.AREA, Use.LAND: Count.LAND}
reports = st.lists(
    st.tuples(st.sampled_from(TURNS), st.one_of(st.none(), st.integers(0, 6))), max_size=6
)  # so many days before the last one, so much cleared; several of one day: the last stored counts
histories = st.lists(
    st.tuples(
        st.sampled_from(list(Use)),
        st.one_of(st.none(), st.integers(1, 6)),  # the scope
        st.one_of(st.none(), st.sampled_from([-1, 0, 1, *TURNS])),  # due in so many days
        st.sampled_from([0, 3]),  # days since the last report
        reports,
    ),
    min_size=6,
    max_size=12,
)


AT_THE_TURN = [
    (Use.RESIDENTIAL, 6, 30, 0, [(30, 2), (0, 2)]),  # no more than thirty days ago: a standstill
    (Use.RESIDENTIAL, 6, 30, 0, [(29, 2), (0, 2)]),  # not so long yet
    (Use.LAND, 6, 30, 0, [(90, 1), (31, 2), (30, 2), (0, 2)]),  # since the report of 31 days ago
    (Use.LAND, 6, 30, 0, [(30, 0), (0, 3)]),  # as much a day as is needed
    (Use.LAND, 6, 30, 0, [(31, 0), (0, 3)]),  # a little less
    (Use.NON_RESIDENTIAL, 6, 89, 0, [(91, 0), (90, 1), (0, 3)]),  # too little from the 90th day, enough from the 91st
    (Use.NON_RESIDENTIAL, 6, 91, 0, [(91, 0), (0, 3)]),  # of that one only where there is none later
]


@settings(
    max_examples=9, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
@given(made=histories)
@example(made=AT_THE_TURN)
def test_the_database_finds_what_the_rule_says_of_every_report(made):
    with transaction.atomic():
        keys = [_stored(number, *one) for number, one in enumerate(made)]
        at = At(TODAY, timezone.now(), past=False)
        sites = Sites(EVERY, {"keys": keys})
        told = {row.pk: by_the_rule(row, at) for row in sites.rows}
        assert {pk: code for pk, code, _when in sites.all(relocation.STANDING[""], at.on, at.known)} == {
            pk: one.course for pk, one in told.items()
        }
        loaded = sites.all(relocation.SHOWN)
        for pk, one in relocation.paces_of(loaded, at).items():
            assert (one if one.course in PACED else one.course) == (
                told[pk] if one.course in PACED else told[pk].course
            )
        transaction.set_rollback(True)


def _stored(number, use, scope, due, since, said) -> int:
    """A site whose columns say what its last report says, as accepting one leaves it; its key."""
    project = Project.objects.select_related("unit").get(code="XH-CQ")
    now, last = timezone.now(), TODAY - timedelta(days=since)
    with writing():
        row = Site(code=f"T-{number}", name="地块", use=use.value, project=project, unit=project.unit, plan_number=1)
        setattr(row, f"scope_{COUNTED[use]}", scope)
        row.due_latest = None if due is None else TODAY + timedelta(days=due)
        row.save()
        name, states = column(LAST[use], COUNTED[use]), []
        for days_before, value in said:
            report = Report(site=row, unit=row.unit, as_of=_day(last, days_before), state="accepted", created_at=now)
            report.accepted_at = now
            report.save()
            SiteReport(report=report, **{name: value}).save()
            states.append((report.as_of, report.pk, value))
        if states:
            row.as_of, row.report_id, value = max(states)
            setattr(row, name, value)
            row.save()
    return row.pk


def _day(last: date, days_before: int) -> date:
    return last - timedelta(days=days_before)
