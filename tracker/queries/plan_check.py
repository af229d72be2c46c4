"""The plan check: what is found in the plans in reach, rule by rule, each finding with its place and its mending."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.domain.plan_check import SEVERITIES, Finding, Rule, Severity, check
from tracker.domain.states import Colour
from tracker.models import Programme, Role
from tracker.permissions import Permission, Post, Reach
from tracker.queries.milestones import named
from tracker.queries.plan_check_read import Block, Material, block, days, material
from tracker.queries.scope import readable_programmes
from tracker.queries.tallies import Part
from tracker.words import plan_check as said
from tracker.words.plan_check_sentences import sentence

EVERYTHING = Reach(user_id=0, posts=(Post(Role.LEADER, 0, "", "/", "", ""),))
"""For a command: who runs one on the server may read all that is stored."""
SHOWN, PER_PAGE = 5, 100
"""As many findings of each rule are shown together, and of one rule on a page."""
REPLAN = frozenset(
    {Rule.WINDOW_SHORT, Rule.ORDER_IMPOSSIBLE, Rule.ORDER_REVERSED, Rule.START_AFTER_DUE, Rule.DURATION_TOO_LONG}
    | {Rule.BOUND_BROKEN, Rule.DUE_VAGUE, Rule.FORECAST_STANDING, Rule.NO_DUE, Rule.DUE_BEFORE_REPORTS, Rule.AIM}
    | {Rule.NOT_WORKING}
)
RETARGET = frozenset(
    {Rule.TARGET_NO_DATE, Rule.TARGET_WITHHELD, Rule.TARGET_MISSING, Rule.PART_AFTER_PARENT, Rule.PART_WIDER}
)
"""What a new date, start or target mends: the forms for these exist."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; '' or None for anything. `block` counts hundreds of projects from 1."""

    programme: str = ""
    project: str = ""
    rule: Rule | None = None
    severity: Severity | None = None
    block: int = 1
    page: int = 1

    def shows(self, rule: Rule) -> bool:
        """Whether findings of the rule are listed."""
        return self.rule in (None, rule) and self.severity in (None, SEVERITIES[rule])


@dataclass(frozen=True, slots=True)
class Line:
    """One finding, worded: where it is, what it is, what would mend it; `mend_url` '' where the reader may not."""

    rule: Rule
    severity: Severity
    level: str
    title: str
    kind: str
    code: str
    name: str
    url: str
    programme: str
    project: str
    project_code: str
    sentence: str
    mend: str
    mend_url: str

    @property
    def place(self) -> str:
        """The programme and project it lies in; '' for a programme."""
        return " · ".join(part for part in (self.programme, self.project) if part and part != self.name)


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one rule; `url` lists all of them where only the first are shown, `parts` is its share of all.

    `sentence` is what was found where that is the same for each of them, else ''.
    """

    rule: Rule
    title: str
    colour: str
    level: str
    why: str
    mend: str
    count: int
    url: str
    parts: tuple[Part, ...]
    sentence: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class PlanCheckPage:
    """What the check came to: a sentence, the bar, the count of each rule, and the findings asked for."""

    summary: str
    parts: tuple[Part, ...]
    tally: tuple[Group, ...]
    groups: tuple[Group, ...]
    page: Page | None
    block: Block
    shown: int


def programmes(*, reach: Reach, language: str) -> list[tuple[str, str]]:
    """The programmes to choose from, as (code, name); one query."""
    rows = Programme.objects.current().filter(readable_programmes(reach)).order_by("position", "code")
    return list(rows.annotate(label=named("", language)).values_list("code", "label"))


def plan_check_page(*, asked: Asked, reach: Reach, today: date, language: str) -> PlanCheckPage:
    """The findings of a block of projects, the ones asked for listed; the same number of queries however many."""
    found = block(reach=reach, programme=asked.programme, project=asked.project, number=asked.block)
    read = material(found, reach=reach, today=today, language=language)
    findings = check(read.plan, days(today))
    levels = Counter(finding.severity for finding in findings)
    words_for = _Words(found, read, reach, language)
    by_rule: dict[Rule, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    page = None
    if asked.rule is not None and (wanted := by_rule.get(asked.rule)):
        page = Paginator(wanted, PER_PAGE).get_page(asked.page)
    groups = []
    for rule, rows in by_rule.items():
        if asked.shows(rule):
            shown = list(page.object_list) if page else rows[:SHOWN]
            groups.append(
                _group(rule, (len(rows), len(findings)), asked, found, [words_for.line(row) for row in shown])
            )
    return PlanCheckPage(
        summary=said.summary(levels, milestones=len(read.plan.steps), metrics=len(read.plan.targets)),
        parts=tuple(_part(level, levels[level], asked, found) for level in Severity),
        tally=tuple(_group(rule, (len(rows), len(findings)), asked, found, ()) for rule, rows in by_rule.items()),
        groups=tuple(groups),
        page=page,
        block=found,
        shown=sum(group.count for group in groups),
    )


def every_line(*, asked: Asked, reach: Reach, today: date, language: str) -> Iterator[Line]:
    """Every finding asked for, of all projects, block by block, for files and reports."""
    number, counted = asked.block, days(today)
    while True:
        found = block(reach=reach, programme=asked.programme, project=asked.project, number=number)
        read = material(found, reach=reach, today=today, language=language)
        words_for = _Words(found, read, reach, language)
        for finding in check(read.plan, counted):
            if asked.shows(finding.rule):
                yield words_for.line(finding)
        if found.last >= found.total:
            return
        number = found.number + 1


def _query(asked: Asked, found: Block, **change: str) -> str:
    """The address of the page with some of its parameters changed."""
    values = {"programme": asked.programme, "project": asked.project, "block": str(found.number), **change}
    kept = {key: value for key, value in values.items() if value and (key, value) != ("block", "1")}
    return f"{reverse('plan_check')}?{urlencode(kept)}"


def _part(level: Severity, count: int, asked: Asked, found: Block) -> Part:
    url = _query(asked, found, severity=level.value) if count else ""
    return Part(said.COLOURS[level], str(said.LEVELS[level]), count, url)


def _group(rule: Rule, counts: tuple[int, int], asked: Asked, found: Block, lines: Sequence[Line]) -> Group:
    """A rule with its findings; `counts` are its own and all there are."""
    level, (count, total) = SEVERITIES[rule], counts
    own = Part(said.COLOURS[level], str(said.TITLES[rule]), count)
    return Group(
        rule=rule,
        title=str(said.TITLES[rule]),
        colour=said.COLOURS[level],
        level=str(said.LEVELS[level]),
        why=str(said.REASONS[rule]),
        mend=str(said.MENDS[rule]),
        count=count,
        url=_query(asked, found, rule=rule.value),
        parts=(own, Part(Colour.BLANK, _("other rules"), total - count)),
        sentence=lines[0].sentence if len(lines) > 1 and len({line.sentence for line in lines}) == 1 else "",
        lines=lines,
    )


class _Words:
    """Words the findings of one block for one reader."""

    def __init__(self, found: Block, read: Material, reach: Reach, language: str) -> None:
        self.read, self.reach = read, reach
        self.projects = {row.code: row.called(language) for row in found.projects}
        self.programmes = {row.programme.code: row.programme.called(language) for row in found.projects}

    def line(self, finding: Finding) -> Line:
        """One finding as it is shown."""
        rule, code = finding.rule, finding.code
        names = {**self.read.names, **self.projects, **self.programmes}
        return Line(
            rule=rule,
            severity=finding.severity,
            level=str(said.LEVELS[finding.severity]),
            title=str(said.TITLES[rule]),
            kind=str(said.KINDS[finding.kind]),
            code=code,
            name=names.get(code, code),
            url=self._place(finding),
            programme=self.programmes.get(finding.programme, finding.programme),
            project=self.projects.get(finding.project, "") if finding.kind != "project" else "",
            project_code=finding.project,
            sentence=sentence(finding, self.read.names),
            mend=str(said.MENDS[rule]),
            mend_url=self._mend(finding),
        )

    def _place(self, finding: Finding) -> str:
        """Its place: the page of the thing; the milestones that end on a day; what a unit answers for."""
        if finding.rule is Rule.CLUSTER:
            day = str(finding.inputs["day"])
            query = {"programme": finding.programme, "due_from": day, "due_to": day}
            return f"{reverse('milestones')}?{urlencode(query)}"
        if finding.kind == "unit":
            query = {"programme": finding.programme}
            query |= {} if finding.rule is Rule.UNIT_RETIRED else {"unit": finding.code}
            return f"{reverse('milestones')}?{urlencode(query)}"
        return reverse(finding.kind, args=[finding.code])

    def _mend(self, finding: Finding) -> str:
        """The form that mends it, where the reader may use it."""
        if finding.kind == "unit":
            return reverse("unit", args=[finding.code]) if self.reach.holds(Permission.MANAGE_UNITS) else ""
        if not self.reach.may(Permission.PLAN, self.read.paths.get(finding.code, "")):
            return ""
        if finding.rule in REPLAN:
            return reverse("replan", args=[finding.code])
        return reverse("retarget", args=[finding.code]) if finding.rule in RETARGET else ""
