"""The timeline's rows: what folds, what a page holds, what the filters leave, and who sees what."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import ROOT, person, reach_for
from tests.counting import statements
from tracker.actions import backplan
from tracker.domain import dates
from tracker.domain.states import Colour
from tracker.models import Housing, Milestone, Package, PackageStep, Programme, Project, Role, Site, User
from tracker.models.guard import writing
from tracker.permissions import Permission, readable
from tracker.queries import timeline as module
from tracker.queries import timeline_counts as counts
from tracker.queries.state import light_of
from tracker.queries.timeline import Timeline, timeline
from tracker.queries.timeline_rows import Row
from tracker.queries.timeline_wanted import ALL, Wanted

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
PROJECT = "XH-CQ"


def shown(user: User, language: str = "zh-hans", on: date = TODAY, **wanted: Any) -> Timeline:
    return timeline(reach=reach_for(user), on=on, language=language, wanted=Wanted(**wanted))


def kinds(rows: Iterable[Row]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.kind] = found.get(row.kind, 0) + 1
    return found


def codes(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_programmes_show_their_projects_folded(leader: User):
    page = shown(leader)
    assert kinds(page.rows) == {"programme": Programme.objects.count(), "project": Project.objects.count()}
    assert page.total == len(page.rows)
    assert page.tally.total == Milestone.objects.count()
    assert page.undated == Milestone.objects.filter(due_latest=None, due_earliest=None).count()


def test_an_opened_project_shows_its_milestones_in_their_order(leader: User):
    page = shown(leader, opened=codes(PROJECT))
    at = [row.code for row in page.rows].index(PROJECT)
    held = list(Milestone.objects.filter(project__code=PROJECT).values_list("code", flat=True))
    assert [row.code for row in page.rows[at + 1 : at + 1 + len(held)]] == held
    assert [row.unfolded for row in page.rows if row.code == PROJECT] == [True]


def test_a_closed_programme_is_one_row(leader: User):
    page = shown(leader, closed=codes("XH"), opened=codes(PROJECT))
    assert [row.kind for row in page.rows if row.code.startswith("XH")] == ["programme"]


def test_everything_open_shows_every_milestone_and_a_closed_project_not(leader: User):
    whole = shown(leader, opened=codes(ALL))
    lines = sum(ledger.objects.count() for ledger in (Package, Site, Housing))
    assert whole.total == Programme.objects.count() + Project.objects.count() + Milestone.objects.count() + lines
    less = shown(leader, opened=codes(ALL), closed=codes(PROJECT))
    held = sum(one.objects.filter(project__code=PROJECT).count() for one in (Milestone, Package, Site))
    assert less.total == whole.total - held
    assert shown(leader, opened=codes(ALL), ledgers=False).total == whole.total - lines


def test_sites_and_housing_stand_under_the_milestones_of_their_project(leader: User):
    with writing():
        Housing.objects.filter(code="XH-H-01").update(homes=160, homes_qualifier="exact", accepted_homes=40)
    page = shown(leader, opened=codes(PROJECT, "XH-AZ"))
    listed = [row.code for row in page.rows]
    site, home = (next(row for row in page.rows if row.code == code) for code in ("XH-S-01", "XH-H-01"))
    stored = Site.objects.get(code="XH-S-01")
    assert (site.kind, site.url, site.ledger) == ("site", "/sites/XH-S-01/", "征拆")
    assert (site.latest, site.seen, site.planned_start) == (stored.due_latest, stored.as_of, stored.planned_start)
    assert (home.kind, home.url) == ("housing", "/housing/XH-H-01/")
    assert "已竣工验收40套／规划160套" in home.reason
    assert home.latest == Milestone.objects.get(code="XH-AZ-04").due_latest
    assert home.planned_start == Milestone.objects.get(code="XH-AZ-01").due_earliest
    last = Milestone.objects.filter(project__code=PROJECT).order_by("position", "code").last()
    assert last is not None
    assert listed.index("XH-S-01") == listed.index(last.code) + 1


def test_a_site_says_how_much_is_cleared_and_since_when(leader: User):
    on, due = date(2026, 11, 20), date(2026, 11, 1)
    with writing():
        Site.objects.filter(code="XH-S-01").update(as_of=on, demolished_area=1_522_500, due_latest=due)
    site = next(row for row in shown(leader, on=on, opened=codes(PROJECT)).rows if row.code == "XH-S-01")
    assert "75%" in site.label
    assert "50.75万平方米" in site.reason
    assert "19天" in site.reason
    assert (site.colour, site.late) == (Colour.RED, True)


def test_filters_hold_for_the_ledgers_too(leader: User, official_a: User):
    found = shown(leader, text="XH-S-01")
    assert [row.code for row in found.rows] == ["XH", PROJECT, "XH-S-01"]
    assert [row.word for row in found.rows[:2]] == ["", ""]  # none of their milestones is among what was found
    assert shown(leader, text="XH-S-01", ledgers=False).rows == ()
    for typed in ("gongyuanshigong", "gong yuan shi gong"):
        assert "XH-BD-04" in [row.code for row in shown(leader, text=typed).rows]
    for colour in Colour:
        lines = [row for row in shown(leader, state=colour.value, opened=codes(ALL)).rows if row.ledger]
        assert {row.colour for row in lines} <= {colour}
    every = sum(
        sum(1 for row in shown(leader, state=colour.value, opened=codes(ALL), text="XH-").rows if row.ledger)
        for colour in Colour
    )
    assert every == sum(one.objects.filter(code__startswith="XH-").count() for one in (Package, Site, Housing))
    reach, rows = reach_for(official_a), shown(official_a, opened=codes(ALL)).rows
    for kind, ledger in (("site", Site), ("package", Package)):
        readable_ = ledger.objects.filter(readable(reach)).values_list("code", flat=True)
        assert sorted(row.code for row in rows if row.kind == kind) == sorted(readable_)


def test_a_milestone_names_the_tender_it_is_a_step_of(leader: User):
    step = PackageStep.objects.exclude(milestone=None).select_related("milestone__project", "package").first()
    assert step is not None
    assert step.milestone is not None
    rows = shown(leader, opened=codes(step.milestone.project.code)).rows
    row = next(one for one in rows if one.code == step.milestone.code)
    assert step.package.name in row.package
    assert any(step.package.name in line for line in row.hover)


@pytest.mark.parametrize("size", [1, 7, 50, 400])
def test_the_pages_together_are_the_whole(leader: User, monkeypatch: pytest.MonkeyPatch, size: int):
    monkeypatch.setattr(module, "PAGE", 10_000)
    opened = codes(PROJECT, "XH-FA", "CJ-SX")
    whole = [row.code for row in shown(leader, opened=opened).rows]
    monkeypatch.setattr(module, "PAGE", size)
    first = shown(leader, opened=opened)
    pages = range(1, first.pages + 1) if size > 1 else (1, 2, 30, first.pages)
    for number in pages:
        page = shown(leader, opened=opened, page=number)
        start = (number - 1) * size
        assert [row.code for row in page.rows] == whole[start : start + size]
    assert shown(leader, opened=opened, page=10**6).page == first.pages


def test_a_group_sums_up_its_milestones(leader: User):
    page = shown(leader)
    for row in page.rows:
        of = "project__code" if row.kind == "project" else "project__programme__code"
        held = list(Milestone.objects.filter(**{of: row.code}).select_related("project__programme"))
        assert row.total == len(held), row.code
        colours = [light_of(one, TODAY, one.project.programme.tracking_from).colour for one in held]
        assert {part.colour: part.count for part in row.parts} == {colour: colours.count(colour) for colour in Colour}
        dated = [one for one in held if one.due_latest]
        assert bool(row.latest) == bool(dated), row.code
        if dated:
            assert row.latest == max(one.due_latest for one in dated if one.due_latest)
        if row.kind == "project":
            assert sum(count for _day, _colour, count in row.dots) == len(dated)


@pytest.mark.parametrize("colour", list(Colour))
def test_the_state_filter_agrees_with_the_lights(leader: User, colour: Colour):
    page = shown(leader, state=colour.value, opened=codes(ALL))
    drawn = {row.code for row in page.rows if row.kind == "milestone"}
    expected = {
        one.code
        for one in Milestone.objects.select_related("project__programme")
        if light_of(one, TODAY, one.project.programme.tracking_from).colour is colour
    }
    assert drawn <= expected
    assert page.total == len(expected) + sum(1 for row in page.rows if row.kind != "milestone") or page.pages > 1


def test_a_search_that_finds_few_opens_by_itself(leader: User):
    page = shown(leader, text=Milestone.objects.get(code="XH-ZB-02").name)
    assert page.open_by_itself
    assert "XH-ZB-02" in [row.code for row in page.rows]
    assert kinds(page.rows)["programme"] == 1
    folded = shown(leader, text=Milestone.objects.get(code="XH-ZB-02").name, closed=codes("XH-ZB"))
    assert "milestone" not in kinds(folded.rows)


def test_a_window_leaves_out_what_lies_outside_and_keeps_what_has_no_date(leader: User):
    page = shown(leader, start=date(2026, 10, 1), end=date(2026, 10, 31), opened=codes(ALL))
    for row in page.rows:
        if row.kind == "milestone" and row.latest:
            assert row.latest >= date(2026, 10, 1)
            assert (row.earliest or row.latest) <= date(2026, 10, 31)
    assert page.undated


def test_what_has_no_date_is_listed_and_says_so(leader: User):
    page = shown(leader, opened=codes(ALL))
    undated = [row for row in page.rows if row.kind == "milestone" and not row.dated]
    assert undated
    assert all(row.label for row in undated)


def test_a_row_says_why_and_where_from(leader: User):
    rows = {row.code: row for row in shown(leader, opened=codes("XH-ZB")).rows}
    row = rows["XH-ZB-02"]
    assert row.reason in row.hover
    assert "000" in row.source
    english = {row.code: row for row in shown(leader, "en", opened=codes("XH-ZB")).rows}["XH-ZB-02"]
    assert english.name != row.name


def test_dependencies_are_drawn_where_both_ends_are_on_the_page(leader: User):
    assert shown(leader, opened=codes(ALL)).links == ()
    page = shown(leader, opened=codes("XH-FA"), links=True)
    assert page.links
    for link in page.links:
        assert page.rows[link.before].kind == page.rows[link.after].kind == "milestone"


def test_an_official_sees_the_own_unit_and_below(official_a: User, stranger: User):
    page = shown(official_a, opened=codes(ALL))
    reached = reach_for(official_a)
    for row in page.rows:
        if row.kind == "milestone":
            path = Milestone.objects.values_list("unit__path", flat=True).get(code=row.code)
            assert reached.may(Permission.READ, path)
    assert 0 < page.tally.total < Milestone.objects.count()
    assert shown(stranger).rows == ()


def test_the_statements_do_not_grow_with_the_rows(leader: User):
    reach = reach_for(leader)
    counts = []
    for opened in (codes(PROJECT, "XH-FA"), codes(ALL)):
        with statements() as found:
            timeline(reach=reach, on=TODAY, language="zh-hans", wanted=Wanted(opened=opened, links=True))
        counts.append(len(found))
    assert counts[0] + 1 >= counts[1]  # housing is asked for once, where its project is open


def test_a_process_shows_its_floats_its_critical_path_and_its_laws(leader: User):
    planner = person("planner", Role.REVIEWER, ROOT)
    backplan.apply(
        project=Project.objects.select_related("unit").get(code="XH-ZB"),
        asked=backplan.Asked("tender", dates.parse(f"{TODAY.year + 1}年9月底前"), "", {}),
        by=planner,
        reach=reach_for(planner),
        today=TODAY,
    )
    page = shown(leader, opened=codes("XH-ZB"))
    rows = {row.code: row for row in page.rows}
    award = rows["XH-ZB-B12"]
    assert page.networked
    assert award.network is not None
    assert award.early is not None
    assert award.spare is not None
    assert award.early <= award.spare
    assert any("招标投标法第24条" in law.text for law in rows["XH-ZB-B08"].laws)
    assert not any(law.broken for row in page.rows for law in row.laws)
    every = shown(leader, opened=codes("XH-ZB"), links=True)
    assert {(one.before, one.after) for one in page.links} < {(one.before, one.after) for one in every.links}
    assert all(one.critical for one in page.links)
    assert not shown(leader).networked


def test_networks_cost_the_same_for_one_project_as_for_many(leader: User):
    with statements() as one:
        shown(leader, opened=codes("XH-ZB"))  # with its tender packages
    with statements() as many:
        shown(leader, opened=frozenset({ALL}))
    assert len(many) <= len(one) + 2  # ties and housing, once each; folded projects show their dots instead


def test_what_is_worded_once_counts_as_what_is_filtered(leader: User, official_a: User) -> None:
    for user in (leader, official_a):
        reach = reach_for(user)
        among = Milestone.objects.current().filter(readable(reach)).order_by()
        for kind, keys in (
            ("programme", [row.pk for row in Programme.objects.all()]),
            ("project", [row.pk for row in Project.objects.all()]),
        ):
            asked: dict[str, Any] = {"reach": reach, "on": TODAY}
            assert counts.counted(kind, keys, among=None, **asked) == counts.counted(kind, keys, among=among, **asked)
        assert counts.dots(keys, among=None, **asked) == counts.dots(keys, among=among, **asked) != {}
        plain, filtered = (counts.groups(reach, programme="", matching=rows) for rows in ((), (among,)))
        assert [tuple(row) for row in plain[1] if row[0]] != []
        assert {row[0] for row in filtered[1]} <= {row[0] for row in plain[1]}
