"""Every address of the product with rows to open it on: `a` belongs to official A's unit, `away` to neither official.

An address is named as in `urlpatterns`. A new one needs a line in `arguments` if it takes any.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests.cast import UNIT_A, person, reach_for
from tests.family import housing, site
from tests.packages import package
from tests.samples import jpeg, upload
from tracker.actions import evidence, foreign_sheets, process_copies, reports, sheets
from tracker.actions.evidence_files import inspect_all, written
from tracker.actions.reports import Said
from tracker.domain.sheet_headers import fingerprint
from tracker.domain.states import Status
from tracker.models import Appointment, Citation, Evidence, Milestone, Report, Role, Unit, User

MILESTONE, METRIC, PROJECT, PROGRAMME, DOCUMENT = "XH-ZB-02", "XH-M-18", "XH-ZB", "XH", "000"
AWAY = {"milestone": "PQ-SD-01", "metric": "PQ-M-01", "project": "PQ-SD", "programme": "PQ", "document": "001"}
UNIT_AWAY = "PQ-U-LX"
SITE, SITE_AWAY = "XH-S-91", "PQ-S-91"
HOUSING, HOUSING_AWAY = "XH-H-91", "PQ-H-91"
PACKAGE, PACKAGE_AWAY = "XH-BD-04", "T-BD-AWAY"
Arguments = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern: its name, the view behind it, and the parameters it takes."""

    name: str
    view: Callable[..., Any]
    parameters: frozenset[str]


def addresses() -> Iterator[Address]:
    """Every pattern the resolver knows."""

    def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[Address]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns)
            else:
                assert pattern.name, f"{pattern.pattern} has no name"
                yield Address(pattern.name, pattern.callback, frozenset(pattern.pattern.converters))

    return walk(get_resolver().url_patterns)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows the addresses are opened on, beside those of the works."""

    waiting: Report
    accepted: Report
    away: Report
    post: Appointment
    post_away: Appointment
    picture: Evidence
    picture_away: Evidence
    sheet: str
    foreign: str


def rows() -> Rows:
    """Store a report of official A that waits, one that is accepted, and one of another unit."""
    official, reviewer = person("official-a", Role.OFFICIAL, UNIT_A), person("reviewer", Role.REVIEWER, "GT")
    elsewhere = person("official-away", Role.OFFICIAL, UNIT_AWAY)
    accepted = report_on("XH-ZB-01", official)
    reports.accept(report=accepted, by=reviewer, reach=reach_for(reviewer))
    accepted.refresh_from_db()
    for unit in (UNIT_A, UNIT_AWAY):
        copy_for(unit, reviewer)
    named: dict[str, Any] = {"name": "东侧地块", "name_en": "Eastern plot"}
    site(SITE, unit=Unit.named(UNIT_A), **named)
    site(SITE_AWAY, unit=Unit.named(UNIT_AWAY), project=AWAY["project"], **named)
    homes: dict[str, Any] = {"name": "东侧安置房", "name_en": "Eastern housing"}
    housing(HOUSING, unit=Unit.named(UNIT_A), **homes)
    housing(HOUSING_AWAY, unit=Unit.named(UNIT_AWAY), project=AWAY["project"], **homes)
    package(PACKAGE_AWAY, unit=Unit.named(UNIT_AWAY), project=AWAY["project"])
    return Rows(
        waiting=report_on(MILESTONE, official),
        accepted=accepted,
        away=report_on(AWAY["milestone"], elsewhere),
        post=Appointment.objects.get(user=official),
        post_away=Appointment.objects.get(user=elsewhere),
        picture=_picture(MILESTONE, official),
        picture_away=_picture(AWAY["milestone"], elsewhere),
        sheet=sheets.keep(name="a.csv", content=b"x,y", outcome={"lines": []}, by=official).token,
        foreign=_foreign(official),
    )


def _picture(code: str, by: User) -> Evidence:
    """A photograph on the waiting report of that milestone."""
    report = Report.objects.submitted().get(milestone__code=code, author=by)
    with written(inspect_all([upload(jpeg())])[0]) as files:
        return evidence.add(report=report, files=files, by=by)[0]


def _foreign(by: User) -> str:
    """Another office's table whose columns are confirmed; one of its rows is known, one is not."""
    titles = ("节点编号", "节点名称", "进度")
    content = f"{','.join(titles)}\r\n{MILESTONE},招标,40\r\n,监理招标,50\r\n".encode()
    foreign_sheets.remember(
        unit=Unit.named(UNIT_A), fingerprint=fingerprint([(one,) for one in titles]), title="台账",
        columns=["code", "name", "progress"], items={}, by=by, reach=reach_for(by),
    )  # fmt: skip
    outcome = {"lines": [], "foreign": {"ready": False}}
    return sheets.keep(name="b.csv", content=content, outcome=outcome, by=by).token


def copy_for(unit: str, by: User) -> None:
    """Make a unit its own copy of the tender: tender-c1 for the first, tender-c2 for the next."""
    process_copies.copy(
        code="tender", unit=Unit.named(unit), name=f"招标（{unit}）", name_en=f"Tender ({unit})", reason="本单位做法",
        by=by, reach=reach_for(by),
    )  # fmt: skip


def report_on(code: str, by: User, token: str | None = None) -> Report:
    """Store a report that a milestone is half done; it waits for a reviewer."""
    today = timezone.localdate()
    return reports.submit_milestone(
        milestone=Milestone.objects.select_related("unit").get(code=code),
        said=Said(as_of=today, token=token, note="现场核对"),
        status=Status.IN_PROGRESS,
        progress=Decimal(50),
        actual_start=None,
        actual_finish=None,
        forecast=None,
        by=by,
        reach=reach_for(by),
        today=today,
    )


def arguments(found: Rows) -> dict[str, dict[str, Arguments]]:
    """What each address that takes arguments is opened on: address → sample → arguments. `none` is nowhere stored."""
    codes = {
        "programme": (PROGRAMME, AWAY["programme"]),
        "programme_cycle": (PROGRAMME, AWAY["programme"]),
        "project": (PROJECT, AWAY["project"]),
        "source": (DOCUMENT, AWAY["document"]),
        "citation": (_citation(PROGRAMME), _citation(AWAY["programme"])),
        "unit": (UNIT_A, UNIT_AWAY),
        "unit_retire": (UNIT_A, UNIT_AWAY),
    }
    codes |= dict.fromkeys(
        ("milestone", "milestone_comment", "replan", "report_milestone"), (MILESTONE, AWAY["milestone"])
    )
    codes |= dict.fromkeys(("metric", "retarget", "metric_parts", "report_metric"), (METRIC, AWAY["metric"]))
    codes |= dict.fromkeys(("site", "report_site", "plan_site", "retire_site"), (SITE, SITE_AWAY))
    of_housing = ("housing", "report_housing", "plan_housing", "retire_housing")
    codes |= dict.fromkeys(of_housing, (HOUSING, HOUSING_AWAY)) | {"new_housing": codes["project"]}
    codes |= dict.fromkeys(("tender", "plan_tender", "retire_tender", "report_tender"), (PACKAGE, PACKAGE_AWAY))
    codes |= dict.fromkeys(("project_schedule", "schedule_import"), codes["project"])
    codes["programme_schedule"] = codes["programme"]
    made: dict[str, dict[str, Arguments]] = {
        name: {"a": {"code": a}, "away": {"code": away}, "none": {"code": "NO-SUCH"}}
        for name, (a, away) in codes.items()
    }
    for name in ("window", "window_version", "window_local"):
        made[name] = {"a": {"code": "TB-05"}, "none": {"code": "NO-SUCH"}}
    copies = {"a": {"code": "tender-c1"}, "away": {"code": "tender-c2"}, "none": {"code": "NO-SUCH"}}
    made["process"] = copies | {"house": {"code": "tender"}}
    made |= dict.fromkeys(("process_edit", "process_retire"), copies | {"house": {"code": "tender"}})
    made["process_copy"] = {"a": {"code": "tender"}, "none": {"code": "NO-SUCH"}}
    for name in ("report", "withdraw", "correct", "accept", "return"):
        made[name] = {"a": {"pk": found.waiting.pk}, "away": {"pk": found.away.pk}, "none": {"pk": 999_999_999}}
        made[name]["accepted"] = {"pk": found.accepted.pk}
    made["evidence_add"] = made["report"]
    for name in ("evidence", "evidence_preview", "evidence_remove"):
        made[name] = {"a": {"pk": found.picture.pk}, "away": {"pk": found.picture_away.pk}, "none": {"pk": 999_999_999}}
    for name in ("person", "person_appoint", "person_active", "person_password"):
        made[name] = {"a": {"username": "official-a"}, "none": {"username": "nobody"}}
    made["person_end"] = {
        "a": {"username": "official-a", "pk": found.post.pk},
        "none": {"username": "official-a", "pk": found.post_away.pk},
    }
    for name in ("sheet_upload", "sheet_check", "sheet_send", "sheet_sending", "sheet_discard", "sheet_faults"):
        made[name] = {"a": {"token": found.sheet}, "none": {"token": "guess"}}
    for name in ("foreign_columns", "foreign_rows"):
        made[name] = {"a": {"token": found.foreign}, "none": {"token": "guess"}}
    made["feed"] = {"none": {"secret": "guess"}}
    made["feed_revoke"] = {"none": {"pk": 999_999_999}}
    made["item_history"] = {"a": {"kind": "milestone", "code": MILESTONE}}
    made["item_history"] |= {"away": {"kind": "milestone", "code": AWAY["milestone"]}}
    made["item_history"] |= {"none": {"kind": "milestone", "code": "NO-SUCH"}, "odd": {"kind": "x", "code": MILESTONE}}
    made["item_history"] |= {"window": {"kind": "window", "code": "TB-05"}}
    made["item_history"] |= {"copy": {"kind": "process", "code": "tender-c1"}}
    return made


def _citation(programme: str) -> str:
    about = {"XH": {"milestone__unit__code": UNIT_A}}.get(programme, {"programme__code": programme})
    found = Citation.objects.filter(**about).order_by("code").first()
    assert found is not None
    return found.code
