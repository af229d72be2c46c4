"""The clearance ledger's figures: sums in the database equal slow sums, states equal those of the site's own page."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby

import pytest
from django.utils import timezone, translation

from tests.cast import person, reach_for
from tests.clearance import PACED
from tests.family import site
from tracker.domain.clearance_pace import Course, known, pace
from tracker.domain.relocation import COUNTS, LAST, Entry, Obstacle, Stage, Tally, Use, added, column
from tracker.models import Report, Role, Site, SitePlan
from tracker.models.guard import writing
from tracker.models.relocation import SiteReport, entry_columns
from tracker.permissions import Post, Reach
from tracker.queries import overview_ledgers, site_page
from tracker.queries import relocation as ledger
from tracker.queries import relocation_changes as more
from tracker.queries.relocation import At
from tracker.queries.relocation_sites import Sites
from tracker.queries.relocation_state import known_now, main_count, overlay_sites, with_course
from tracker.queries.relocation_totals import folded, totals, totals_of
from tracker.words import clearance_pace as words

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
EVERY = Sites(Reach(0, (Post(Role.LEADER, 0, "", "any/", "", ""),)))
T_SITES = Sites(EVERY.reach, {"q": "T-"})


def moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def entered(
    row: Site, days_ago: int, figures: Mapping[str, int], *, accepted: date | None = None, wrong: Report | None = None
) -> Report:
    """Store an accepted report and make it the state of its site, unless it corrects the `wrong` one."""
    day = TODAY - timedelta(days=days_ago)
    at = moment(accepted or day)
    held = {Obstacle(name): count for name, count in figures.items() if name in set(Obstacle)}
    entry = Entry({name: Decimal(value) for name, value in figures.items() if name not in held}, held)
    with writing():
        report = Report(site=row, unit=row.unit, as_of=day, state="accepted", created_at=at, accepted_at=at)
        report.supersedes = wrong
        report.save()
        SiteReport(report=report, **entry_columns(entry)).save()
        if wrong is None:
            for name, value in entry_columns(entry).items():
                setattr(row, name, value)
            row.report, row.as_of, row.reported_at = report, day, at
            row.save()
    return report


@pytest.fixture
def now() -> At:
    return At(TODAY, timezone.now(), past=False)


@pytest.fixture
def random_sites() -> list[Site]:
    """A dozen sites of every use with histories of every sort."""
    rng, made = random.Random(20261121), []
    for number in range(12):
        use = list(Use)[number % 3]
        scope = {
            count.value: ("about" if rng.random() < 0.3 else "exact", rng.choice([None, rng.randint(50, 400)]))
            for count in COUNTS[use]
        }
        scope = {name: ("withheld", None) if stated[1] is None else stated for name, stated in scope.items()}
        due = TODAY + timedelta(days=rng.choice([-5, 0, 9, 40])) if rng.random() < 0.8 else None
        row = site(f"T-{number}", use, scope=scope, due=due, basis=rng.choice(["", "甲"]), in_total=rng.random() < 0.8)
        reached = 0
        for days_ago in sorted(rng.sample(range(1, 160), rng.choice([0, 1, 2, 6])), reverse=True):
            reached += rng.choice([0, 0, 3, 25])
            figures = {column(stage, count): reached for count in COUNTS[use] for stage in (Stage.SIGNED, LAST[use])}
            entered(row, days_ago, figures | ({"absent": rng.randint(0, 4)} if use is Use.RESIDENTIAL else {}))
        made.append(row)
    return made


def test_sums_in_the_database_are_those_of_adding_row_by_row(random_sites: list[Site]):
    rows = Site.objects.filter(code__startswith="T-")
    found = {(one.project_id, one.use, one.basis, one.in_total): one for one in totals(T_SITES)}
    assert found == {(one.project_id, one.use, one.basis, one.in_total): one for one in totals_of(list(rows))}

    def key(row: Site) -> tuple[int | None, Use, str, bool]:
        return row.project_id, Use(row.use), row.basis, row.in_total

    for group, held in groupby(sorted(rows, key=key), key=key):
        kept = list(held)
        for count in COUNTS[Use(group[1])]:
            slow = added(
                Tally(row.scope[count].value, not row.scope[count].firm, {s: row.entry.get(s, count) for s in Stage})
                for row in kept
            )
            assert found[group].tally(count) == slow
    everything = folded(found.values(), by=lambda _one: None)
    assert sum(one.sites for one in everything) == 12
    assert {(one.use, one.basis, one.in_total) for one in everything} == {key[1:] for key in found}


@pytest.mark.parametrize("days_back", [0, 40])
def test_the_list_says_of_each_site_what_its_own_page_says(random_sites: list[Site], days_back: int):
    """Also for a past moment, when neither the last reports nor their corrections were known."""
    wrong = Report.objects.filter(site__isnull=False).order_by("as_of").last()
    assert wrong is not None
    assert wrong.site is not None
    entered(wrong.site, (TODAY - wrong.as_of).days, {"signed_households": 1}, accepted=TODAY, wrong=wrong)
    on = TODAY - timedelta(days=days_back)
    at = At(on, moment(on) if days_back else timezone.now(), past=True)
    rows, paces = ledger.standing(T_SITES.rows, at)
    if days_back:  # their plans were recorded today: nothing was there then
        assert not rows
        rows = list(Site.objects.filter(code__startswith="T-").order_by("code"))
        overlay_sites(rows, on=at.on, known=at.known)
        for row in rows:
            row.scope_households, row.due_latest = 100, on + timedelta(days=20)
        paces = ledger.paces_of(rows, at)
    courses = set()
    for row in rows:
        points = site_page.points_of(row, site_page._counting(row, at))
        scope = row.scope[main_count(row)].value
        slow = pace(known(points, scope=scope, due=row.due_latest), on)
        assert (paces[row.pk].course, paces[row.pk].left) == (slow.course, slow.left), row.code
        assert slow.course not in PACED or paces[row.pk].present == slow.present
        courses.add(slow.course)
    assert len(courses) > 3


def test_a_past_moment_shows_the_figures_and_the_scope_of_then():
    row = site("T-1", scope={"households": 100}, due=TODAY + timedelta(days=30))
    entered(row, 20, {"demolished_households": 10})
    entered(row, 1, {"demolished_households": 60})
    with writing():
        plan = SitePlan(site=row, number=2, recorded_at=timezone.now(), unit=row.unit, scope_households=200)
        plan.scope_households_qualifier = "exact"
        plan.save()
        Site.objects.filter(pk=row.pk).update(scope_households=200, plan_number=2)
    now, then = (
        At(day, timezone.now(), past=past) for day, past in ((TODAY, False), (TODAY - timedelta(days=10), True))
    )
    for at, scope, done in ((now, 200, 60), (then, 200, 10)):
        found = ledger.ledger(sites=EVERY.among([row.pk]), values={}, number="1", at=at, language="zh")
        (total,) = found.found
        assert total.sums["scope_households"] == scope
        assert total.sums["demolished_households"] == done
        assert found.paces[row.pk].left == scope - done
    reach = reach_for(person("pace-leader", Role.LEADER, "GT"))
    loaded = site_page.loaded(code="T-1", reach=reach)
    assert loaded is not None
    page = site_page.site_page(row=loaded, reach=reach, at=then, language="zh")
    assert [one.left for one in page.entered] == [190]
    assert page.line.as_of.startswith(str(then.on.year))


def test_the_database_tells_the_same_state_as_the_rule(random_sites: list[Site], now: At):
    rows = with_course(Site.objects.all(), TODAY)
    for row in rows:
        slow = pace(known_now(row), TODAY)
        assert (row.course, max(row.left, Decimal(0)) if row.left is not None else None) == (slow.course, slow.left)
    _all, paces = ledger.standing(Site.objects.all(), now)
    counts = Counter(one.course for one in paces.values())
    assert len(counts) > 3
    for wanted in Course:
        found = ledger.ledger(sites=EVERY, values={"state": wanted.value}, number="1", at=now, language="zh")
        assert {row.pk for row in found.rows} == {pk for pk, one in paces.items() if one.course is wanted}
        assert {part.word: part.count for part in found.parts} == {words.course(one): counts[one] for one in Course}
    summed = Counter(dict.fromkeys(map(words.course, Course), 0))
    for line in overview_ledgers.ledgers(reach=EVERY.reach, on=TODAY, language="zh").lines:
        summed.update({part.word: part.count for part in line.parts})
    assert summed == {part.word: part.count for part in found.parts}


def test_a_total_says_of_how_many_sites_it_lacks_a_figure(now: At):
    translation.activate("en")
    stated, silent = (site(f"T-{number}", scope={"households": 100}) for number in range(2))
    entered(stated, 1, {"signed_households": 40, "demolished_households": 10})
    found = ledger.ledger(sites=T_SITES, values={}, number="1", at=now, language="en")
    (total,) = found.sections[0].totals
    said = [line for cell in total.cells for line in cell]
    assert "40 without 1 site" in said
    assert "10 without 1 site" in said
    funnel = more.funnels(found.found, "en")[0]
    assert [one.value for one in funnel.steps if one.value] == [
        "40 households without 1 site",
        "10 households without 1 site",
    ]
    entered(silent, 1, {"signed_households": 0, "demolished_households": 0})
    found = ledger.ledger(sites=T_SITES, values={}, number="1", at=now, language="en")
    assert not [line for cell in found.sections[0].totals[0].cells for line in cell if "without" in line]


def test_what_changed_names_only_what_was_added(now: At):
    row, quiet, old = (site(f"T-{n}", scope={"households": 100}) for n in range(3))
    entered(row, 20, {"signed_households": 5, "demolished_households": 1})
    entered(row, 2, {"signed_households": 9, "demolished_households": 1})
    for days_ago in (20, 2):
        entered(quiet, days_ago, {"signed_households": 5})
    entered(old, 30, {"signed_households": 5})
    found = ledger.ledger(sites=T_SITES, values={}, number="1", at=now, language="en")
    (change,) = more.changes(found, since=TODAY - timedelta(days=7), at=now, language="en")
    assert (change.name, len(change.parts), change.first) == ("Plot T-0", 1, False)
    assert "+4" in change.parts[0]


def test_bars_and_funnels_come_to_the_whole_scope(random_sites: list[Site], now: At):
    found = ledger.ledger(sites=T_SITES, values={}, number="1", at=now, language="zh")
    bars = more.bars(found, now, "zh")
    assert bars
    for bar in bars:
        assert sum(bar.shares) == pytest.approx(100)
        assert min(bar.shares) >= -1e-9
    for one in more.funnels(found.found, "zh"):
        assert one.steps[0].gap_label == ""
        assert len(one.steps) in (3, 4)


def test_who_is_behind_is_counted_of_all_sites(now: At, monkeypatch: pytest.MonkeyPatch):
    translation.activate("en")
    monkeypatch.setattr(more, "MOST_BARS", 1)
    for number in range(2):
        row = site(f"T-{number}", scope={"households": 100}, due=TODAY + timedelta(days=10))
        entered(row, 20, {"demolished_households": 1})
        entered(row, 2, {"demolished_households": 2})
    plain = ledger.ledger(sites=T_SITES, values={}, number="1", at=now, language="en")
    assert [(part.word, part.count) for part in plain.parts if part.count] == [("Behind", 2)]
    assert {paced.course for paced in plain.paces.values()} == {Course.BEHIND}
    assert [line.sign.word for line in plain.sections[0].groups[0].lines] == ["Behind", "Behind"]
    asked = ledger.ledger(sites=T_SITES, values={"state": "behind"}, number="1", at=now, language="en")
    assert len(asked.rows) == 2
    (bar,) = more.bars(plain, now, "en")
    assert "Dwellings" in bar.label
