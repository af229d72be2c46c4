"""Removing simulated data, and nothing else.

What a person did stays: a report by a person is never deleted, so the simulated work it is about stays as an empty
shell, and the simulated report that it corrects stays with it, withdrawn, so that it counts at no moment. Units and
people stay while something real names them. Plan versions a person gave to a simulated work go with the work, and so
does a process applied to it, and the process that the training scenario itself applied to a real work, unless a person
reported or commented on one of its steps. Else the first plan of a milestone stays with it, whoever made it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, ProtectedError, RestrictedError

from tracker.actions.current import (
    FAR,
    apply_plan,
    copy_housing,
    copy_metric,
    copy_milestone,
    copy_package,
    copy_site,
)
from tracker.actions.derived import work_out_all
from tracker.actions.training_restoring import restore
from tracker.audit import clock
from tracker.domain.reminders import RULED
from tracker.models import (
    Appointment,
    Housing,
    HousingPlan,
    Metric,
    MetricPlan,
    Milestone,
    MilestonePlan,
    Package,
    Programme,
    Project,
    Report,
    Site,
    SitePlan,
    Unit,
    User,
)
from tracker.models.tender_stops import with_stated

# Working tables of this transaction: what goes. A work stays where a report of another origin is about it.
CHOOSE = """
CREATE TEMPORARY TABLE going_project ON COMMIT DROP AS
    SELECT p.id FROM tracker_project p JOIN tracker_programme g ON g.id = p.programme_id
    WHERE g.simulated
      AND NOT EXISTS (SELECT 1 FROM tracker_report r JOIN tracker_milestone m ON m.id = r.milestone_id
                      WHERE m.project_id = p.id AND r.origin <> 'simulation')
      AND NOT EXISTS (SELECT 1 FROM tracker_report r JOIN tracker_metric m ON m.id = r.metric_id
                      WHERE m.project_id = p.id AND r.origin <> 'simulation')
      AND NOT EXISTS (SELECT 1 FROM tracker_report r JOIN tracker_site s ON s.id = r.site_id
                      WHERE s.project_id = p.id AND r.origin <> 'simulation')
      AND NOT EXISTS (SELECT 1 FROM tracker_package k WHERE k.project_id = p.id)
      AND NOT EXISTS (SELECT 1 FROM tracker_housing h WHERE h.project_id = p.id);
CREATE TEMPORARY TABLE going_report ON COMMIT DROP AS
    WITH RECURSIVE kept AS (
        SELECT s.id, s.supersedes_id FROM tracker_report s
            WHERE s.origin = 'simulation'
              AND EXISTS (SELECT 1 FROM tracker_report r WHERE r.supersedes_id = s.id AND r.origin <> 'simulation')
        UNION SELECT e.id, e.supersedes_id FROM tracker_report e JOIN kept k ON k.supersedes_id = e.id
            WHERE e.origin = 'simulation')
    SELECT id, milestone_id, metric_id, site_id, package_id, housing_id FROM tracker_report r
    WHERE r.origin = 'simulation' AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.id = r.id);
CREATE TEMPORARY TABLE made_step ON COMMIT DROP AS
    SELECT m.id, m.project_id FROM tracker_milestone m JOIN tracker_milestoneplan v ON v.milestone_id = m.id
    WHERE v.number = 1 AND v.by_id IN (SELECT id FROM tracker_user WHERE simulated AND username = 'training-planner')
      AND m.project_id NOT IN (SELECT id FROM going_project);
CREATE TEMPORARY TABLE going_use ON COMMIT DROP AS
    SELECT u.id, u.project_id FROM tracker_processuse u
    WHERE u.by_id IN (SELECT id FROM tracker_user WHERE simulated AND username = 'training-planner')
      AND NOT EXISTS (SELECT 1 FROM made_step s JOIN tracker_report r ON r.milestone_id = s.id
                      WHERE s.project_id = u.project_id AND r.origin <> 'simulation')
      AND NOT EXISTS (SELECT 1 FROM made_step s JOIN tracker_comment c ON c.milestone_id = s.id
                      WHERE s.project_id = u.project_id);
CREATE TEMPORARY TABLE going_step ON COMMIT DROP AS
    SELECT id FROM made_step WHERE project_id IN (SELECT project_id FROM going_use);
DROP TABLE made_step;
CREATE TEMPORARY TABLE going_plan ON COMMIT DROP AS
    SELECT v.id, v.milestone_id FROM tracker_milestoneplan v JOIN tracker_milestone m ON m.id = v.milestone_id
    WHERE m.project_id IN (SELECT id FROM going_project) OR m.id IN (SELECT id FROM going_step)
       OR (v.by_id IN (SELECT id FROM tracker_user WHERE simulated) AND v.number > 1
           AND NOT EXISTS (SELECT 1 FROM tracker_baselineentry e WHERE e.milestone_plan_id = v.id));
CREATE TEMPORARY TABLE going_target ON COMMIT DROP AS
    SELECT v.id, v.metric_id FROM tracker_metricplan v JOIN tracker_metric m ON m.id = v.metric_id
    WHERE m.project_id IN (SELECT id FROM going_project)
       OR (v.by_id IN (SELECT id FROM tracker_user WHERE simulated)
           AND NOT EXISTS (SELECT 1 FROM tracker_baselineentry e WHERE e.metric_plan_id = v.id));
CREATE TEMPORARY TABLE going_scope ON COMMIT DROP AS
    SELECT v.id, v.site_id FROM tracker_siteplan v JOIN tracker_site s ON s.id = v.site_id
    WHERE s.project_id IN (SELECT id FROM going_project)
       OR (v.by_id IN (SELECT id FROM tracker_user WHERE simulated) AND v.number > 1
           AND NOT EXISTS (SELECT 1 FROM tracker_baselineentry e WHERE e.site_plan_id = v.id));
CREATE TEMPORARY TABLE going_homes ON COMMIT DROP AS
    SELECT v.id, v.housing_id FROM tracker_housingplan v
    WHERE v.by_id IN (SELECT id FROM tracker_user WHERE simulated) AND v.number > 1;
ANALYZE going_project, going_report, going_plan, going_target, going_step;
"""

# A simulated report that stays must say nothing any more, even where the person's correction is not (yet) accepted. The
# guards let nobody change a final report, but let simulated ones go: so each goes and comes again under its number.
SHELLS = """
CREATE TEMPORARY TABLE shell ON COMMIT DROP AS
    SELECT * FROM tracker_report WHERE origin = 'simulation' AND state <> 'withdrawn';
CREATE TEMPORARY TABLE shell_milestone ON COMMIT DROP AS
    SELECT * FROM tracker_milestonereport WHERE report_id IN (SELECT id FROM shell);
CREATE TEMPORARY TABLE shell_site ON COMMIT DROP AS
    SELECT * FROM tracker_sitereport WHERE report_id IN (SELECT id FROM shell);
CREATE TEMPORARY TABLE shell_package ON COMMIT DROP AS
    SELECT * FROM tracker_packagereport WHERE report_id IN (SELECT id FROM shell);
CREATE TEMPORARY TABLE shell_housing ON COMMIT DROP AS
    SELECT * FROM tracker_housingreport WHERE report_id IN (SELECT id FROM shell);
CREATE TEMPORARY TABLE shell_metric ON COMMIT DROP AS
    SELECT * FROM tracker_metricreport WHERE report_id IN (SELECT id FROM shell);
UPDATE shell SET state = 'withdrawn', accepted_at = NULL;
DELETE FROM tracker_milestonereport WHERE report_id IN (SELECT id FROM shell);
DELETE FROM tracker_metricreport WHERE report_id IN (SELECT id FROM shell);
DELETE FROM tracker_sitereport WHERE report_id IN (SELECT id FROM shell);
DELETE FROM tracker_packagereport WHERE report_id IN (SELECT id FROM shell);
DELETE FROM tracker_housingreport WHERE report_id IN (SELECT id FROM shell);
DELETE FROM tracker_report WHERE id IN (SELECT id FROM shell);
INSERT INTO tracker_report SELECT * FROM shell;
INSERT INTO tracker_milestonereport SELECT * FROM shell_milestone;
INSERT INTO tracker_metricreport SELECT * FROM shell_metric;
INSERT INTO tracker_sitereport SELECT * FROM shell_site;
INSERT INTO tracker_packagereport SELECT * FROM shell_package;
INSERT INTO tracker_housingreport SELECT * FROM shell_housing;
"""

# Reminders follow from what is stored: the next daily run makes those anew that hold without what was simulated. What
# an act told goes with the report or the work it was about.
NOTICES = """
DELETE FROM tracker_notice n
WHERE n.kind = ANY(%s)
   OR (n.inputs ? 'report' AND NOT EXISTS (
        SELECT 1 FROM tracker_report r WHERE r.id = (n.inputs->>'report')::bigint AND r.state <> 'withdrawn'))
   OR (n.subject_type = 'milestone' AND NOT EXISTS (SELECT 1 FROM tracker_milestone m WHERE m.code = n.subject_code))
   OR (n.subject_type = 'site' AND NOT EXISTS (SELECT 1 FROM tracker_site s WHERE s.code = n.subject_code))
   OR (n.subject_type = 'metric' AND NOT EXISTS (SELECT 1 FROM tracker_metric m WHERE m.code = n.subject_code))
"""

GOING = "m.project_id IN (SELECT id FROM going_project) OR m.id IN (SELECT id FROM going_step)"
OF_GOING = f"tracker_milestone m WHERE ({GOING})"
USED = "tracker_processuse WHERE project_id IN (SELECT id FROM going_project) OR id IN (SELECT id FROM going_use)"
MEASURED = "tracker_metric WHERE project_id IN (SELECT id FROM going_project)"
# In this order: values before reports, entries before plans, links before works.
REMOVE = (
    ("", "UPDATE tracker_milestone SET report_id = NULL WHERE report_id IN (SELECT id FROM going_report)"),
    ("", "UPDATE tracker_metric SET report_id = NULL WHERE report_id IN (SELECT id FROM going_report)"),
    ("", "UPDATE tracker_site SET report_id = NULL WHERE report_id IN (SELECT id FROM going_report)"),
    ("", "UPDATE tracker_package SET report_id = NULL WHERE report_id IN (SELECT id FROM going_report)"),
    ("", "UPDATE tracker_housing SET report_id = NULL WHERE report_id IN (SELECT id FROM going_report)"),
    ("", "DELETE FROM tracker_housingreport WHERE report_id IN (SELECT id FROM going_report)"),
    ("housingplan", "DELETE FROM tracker_housingplan WHERE id IN (SELECT id FROM going_homes)"),
    ("", "UPDATE tracker_packagestep SET milestone_id = NULL WHERE milestone_id IN (SELECT id FROM going_step)"),
    ("", "DELETE FROM tracker_packagereport WHERE report_id IN (SELECT id FROM going_report)"),
    ("", "DELETE FROM tracker_evidence WHERE report_id IN (SELECT id FROM going_report)"),
    ("", "DELETE FROM tracker_milestonereport WHERE report_id IN (SELECT id FROM going_report)"),
    ("", "DELETE FROM tracker_metricreport WHERE report_id IN (SELECT id FROM going_report)"),
    ("", "DELETE FROM tracker_sitereport WHERE report_id IN (SELECT id FROM going_report)"),
    ("report", "DELETE FROM tracker_report WHERE id IN (SELECT id FROM going_report)"),
    ("", "DELETE FROM tracker_baselineentry WHERE milestone_plan_id IN (SELECT id FROM going_plan)"),
    ("", "DELETE FROM tracker_baselineentry WHERE metric_plan_id IN (SELECT id FROM going_target)"),
    ("", "DELETE FROM tracker_schedulefinding"),  # all are made anew afterwards
    ("", f"DELETE FROM tracker_processusewindow WHERE use_id IN (SELECT id FROM {USED})"),  # noqa: S608
    ("", f"DELETE FROM {USED}"),  # noqa: S608
    ("milestoneplan", "DELETE FROM tracker_milestoneplan WHERE id IN (SELECT id FROM going_plan)"),
    ("metricplan", "DELETE FROM tracker_metricplan WHERE id IN (SELECT id FROM going_target)"),
    ("dependency", f"DELETE FROM tracker_dependency d USING {OF_GOING} AND m.id IN (d.predecessor_id, d.successor_id)"),  # noqa: S608
    ("", f"DELETE FROM tracker_endeddependency d USING {OF_GOING} AND m.id IN (d.predecessor_id, d.successor_id)"),  # noqa: S608
    ("", f"DELETE FROM tracker_comment c USING {OF_GOING} AND m.id = c.milestone_id"),  # noqa: S608
    ("", f"DELETE FROM tracker_milestone_supporting s USING {OF_GOING} AND m.id = s.milestone_id"),  # noqa: S608
    ("", f"DELETE FROM tracker_derivation WHERE metric_id IN (SELECT id FROM {MEASURED})"),  # noqa: S608
    ("milestone", f"DELETE FROM tracker_milestone m WHERE {GOING}"),  # noqa: S608
    ("metric", "DELETE FROM tracker_metric WHERE project_id IN (SELECT id FROM going_project)"),
    ("", "DELETE FROM tracker_baselineentry WHERE site_plan_id IN (SELECT id FROM going_scope)"),
    ("siteplan", "DELETE FROM tracker_siteplan WHERE id IN (SELECT id FROM going_scope)"),
    ("site", "DELETE FROM tracker_site WHERE project_id IN (SELECT id FROM going_project)"),
    ("project", "DELETE FROM tracker_project WHERE id IN (SELECT id FROM going_project)"),
)


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many rows went, by kind, and what stays because a person's report needs it."""

    removed: dict[str, int]
    kept: dict[str, int]


def remove() -> Cleared:
    """Remove everything simulated; called inside a recording action."""
    removed: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL guatu.purge = 'simulation'")
        cursor.execute(CHOOSE)
        milestones, metrics = set(_touched(cursor, "milestone")), set(_touched(cursor, "metric"))
        cursor.execute(
            "SELECT site_id FROM going_report WHERE site_id IS NOT NULL UNION SELECT site_id FROM going_scope"
        )
        sites = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT DISTINCT package_id FROM going_report WHERE package_id IS NOT NULL")
        packages = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT housing_id FROM going_report WHERE housing_id IS NOT NULL UNION SELECT housing_id FROM going_homes"
        )
        homes = {row[0] for row in cursor.fetchall()}
        for kind, statement in REMOVE:
            cursor.execute(statement)
            if kind:
                removed[kind] = cursor.rowcount
        cursor.execute(
            "DROP TABLE going_project, going_report, going_plan, going_target, going_scope, going_homes, going_use,"
            " going_step"
        )
        cursor.execute(SHELLS)
        cursor.execute("SELECT milestone_id, metric_id, site_id, package_id, housing_id FROM shell")
        for found in cursor.fetchall():
            for touched, key in zip((milestones, metrics, sites, packages, homes), found, strict=True):
                touched |= {key} - {None}
        cursor.execute("DROP TABLE shell, shell_milestone, shell_metric, shell_site, shell_package, shell_housing")
    removed["programme"] = _remove_programmes()
    settle_sites(sites)
    settle_packages(packages)
    settle_housing(homes)
    settle(milestones, metrics)
    restore()
    with connection.cursor() as cursor:
        cursor.execute(NOTICES, [[kind.value for kind in RULED]])
        removed["notice"] = cursor.rowcount
    removed["user"], removed["unit"] = _remove_people()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL guatu.purge = ''")
        cursor.execute("ANALYZE")
    kept = {
        "report": Report.objects.filter(origin="simulation").count(),
        "project": Project.objects.filter(programme__simulated=True).count(),
        "user": User.objects.filter(simulated=True).count(),
        "unit": Unit.objects.filter(simulated=True).count(),
    }
    return Cleared(removed={k: n for k, n in removed.items() if n}, kept={k: n for k, n in kept.items() if n})


def _touched(cursor: CursorWrapper, kind: str) -> list[int]:
    """The works that stay and lose a report or a plan version."""
    plans = {"milestone": "going_plan", "metric": "going_target"}[kind]
    cursor.execute(
        f"SELECT {kind}_id FROM going_report WHERE {kind}_id IS NOT NULL UNION SELECT {kind}_id FROM {plans}"  # noqa: S608
        f" EXCEPT SELECT id FROM tracker_{kind} WHERE project_id IN (SELECT id FROM going_project)"
        " EXCEPT SELECT id FROM going_step WHERE %s",
        [kind == "milestone"],
    )
    return sorted(row[0] for row in cursor.fetchall())


def settle(milestones: Collection[int], metrics: Collection[int]) -> None:
    """Bring many works up to their plan versions and reports, as the actions do one at a time."""
    now = clock()
    plans = MilestonePlan.objects.filter(milestone__in=milestones).order_by("milestone_id", "-number")
    plan_of = {plan.milestone_id: plan for plan in plans.distinct("milestone_id")}
    reports = Report.objects.filter(milestone__in=milestones).latest_per_milestone(on=FAR, known=now)
    report_of = {report.milestone_id: report for report in reports.select_related("on_milestone")}
    waiting = _waiting("milestone", milestones)
    for row in Milestone.objects.select_for_update(of=("self",)).filter(pk__in=milestones).order_by("pk"):
        apply_plan(row, plan_of[row.pk])
        report = report_of.get(row.pk)
        copy_milestone(row, report, report.on_milestone if report else None)
        row.pending, row.version = waiting.get(row.pk, 0), row.version + 1
        row.save()
    targets = MetricPlan.objects.filter(metric__in=metrics).order_by("metric_id", "-number").distinct("metric_id")
    target_of = {target.metric_id: target for target in targets}
    measured = Report.objects.filter(metric__in=metrics).latest_per_metric(on=FAR, known=now)
    value_of = {report.metric_id: report for report in measured.select_related("on_metric")}
    waiting = _waiting("metric", metrics)
    for metric in Metric.objects.select_for_update(of=("self",)).filter(pk__in=metrics).order_by("pk"):
        apply_plan(metric, target_of[metric.pk])
        report = value_of.get(metric.pk)
        copy_metric(metric, report, report.on_metric if report else None)
        metric.pending, metric.version = waiting.get(metric.pk, 0), metric.version + 1
        metric.save()
    work_out_all()


def settle_sites(sites: Collection[int]) -> None:
    """Bring many sites up to their plan versions and reports; what adds them up is not worked out here."""
    now = clock()
    found = Report.objects.filter(site__in=sites).latest_per_site(on=FAR, known=now).select_related("on_site")
    report_of = {report.site_id: report for report in found}
    plans = SitePlan.objects.filter(site__in=sites).order_by("site_id", "-number").distinct("site_id")
    plan_of = {plan.site_id: plan for plan in plans}
    waiting = _waiting("site", sites)
    for row in Site.objects.select_for_update(of=("self",)).filter(pk__in=sites).order_by("pk"):
        report = report_of.get(row.pk)
        apply_plan(row, plan_of[row.pk])
        copy_site(row, report, report.on_site if report else None)
        row.pending, row.version = waiting.get(row.pk, 0), row.version + 1
        row.save()


def settle_housing(homes: Collection[int]) -> None:
    """Bring resettlement housing up to its plan versions and reports."""
    found = Report.objects.filter(housing__in=homes).latest_per("housing", on=FAR, known=clock())
    report_of = {report.housing_id: report for report in found.select_related("on_housing")}
    plans = HousingPlan.objects.filter(housing__in=homes).order_by("housing_id", "-number").distinct("housing_id")
    plan_of = {plan.housing_id: plan for plan in plans}
    waiting = _waiting("housing", homes)
    for row in Housing.objects.select_for_update(of=("self",)).filter(pk__in=homes).order_by("pk"):
        report = report_of.get(row.pk)
        apply_plan(row, plan_of[row.pk])
        copy_housing(row, report, report.on_housing if report else None)
        row.pending, row.version = waiting.get(row.pk, 0), row.version + 1
        row.save()


def settle_packages(packages: Collection[int]) -> None:
    """Bring tender packages up to their reports."""
    now = clock()
    found = Report.objects.filter(package__in=packages).latest_per("package", on=FAR, known=now)
    said = with_stated(found.select_related("on_package"), on=FAR, known=now)
    report_of = {report.package_id: report for report in said}
    waiting = _waiting("package", packages)
    for row in Package.objects.select_for_update(of=("self",)).filter(pk__in=packages).order_by("pk"):
        copy_package(row, report_of.get(row.pk))
        row.pending, row.version = waiting.get(row.pk, 0), row.version + 1
        row.save()


def _waiting(kind: str, ids: Collection[int]) -> dict[int, int]:
    found = Report.objects.submitted().filter(**{f"{kind}__in": ids}).order_by()
    return dict(found.values_list(kind).annotate(count=Count("pk")))


def _remove_programmes() -> int:
    going = Programme.objects.filter(simulated=True, projects__isnull=True)
    ids = list(going.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        of_programme = "metric_id IN (SELECT id FROM tracker_metric WHERE programme_id = ANY(%s))"
        cursor.execute(f"DELETE FROM tracker_derivation WHERE {of_programme}", [ids])  # noqa: S608
        cursor.execute(f"DELETE FROM tracker_metricplan WHERE {of_programme}", [ids])  # noqa: S608
        cursor.execute("DELETE FROM tracker_metric WHERE programme_id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM tracker_baseline WHERE programme_id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM tracker_programme WHERE id = ANY(%s)", [ids])
        return int(cursor.rowcount)


def _remove_people() -> tuple[int, int]:
    """Simulated people and units that nothing left names; the appointments of simulated people go in any case."""
    held = Appointment.objects.filter(user__simulated=True)
    held.exclude(deputies__user__simulated=False).delete()
    users = _people_gone(list(User.objects.filter(simulated=True).values_list("pk", flat=True)))
    units = sum(_gone(unit) for unit in Unit.objects.filter(simulated=True).order_by("-path"))
    return users, units


def _people_gone(keys: list[int]) -> int:
    """Remove those of the people that nothing names: all at once, and only where somebody is named by halves."""
    try:
        return User.objects.filter(pk__in=keys).delete()[1].get(User._meta.label, 0)
    except (ProtectedError, RestrictedError):
        half = len(keys) // 2
        return _people_gone(keys[:half]) + _people_gone(keys[half:]) if half else 0


def _gone(row: Unit) -> bool:
    try:
        row.delete()
    except (ProtectedError, RestrictedError):
        return False
    return True
