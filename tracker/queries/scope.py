"""How far a reader sees: the rows in reach of the nouns that have no unit of their own, or more than one."""

from typing import Any

from django.db.models import Q

from tracker.models import Citation, Metric, Milestone, Project, Site
from tracker.permissions import Reach, readable, readable_projects


def projects_in_reach(reach: Reach) -> Any:
    """Current projects of a unit in reach, or holding a milestone or metric of one; each once."""
    current = Project.objects.current().filter(programme__retired_at__isnull=True)
    if reach.sees_all():
        return current
    return current.filter(pk__in=Project.objects.filter(readable_projects(reach)).order_by().values("pk"))


def readable_programmes(reach: Reach) -> Q:
    """The condition for programmes in reach: of a unit in reach, or with a project in reach."""
    if reach.sees_all():
        return Q()
    projects = Project.objects.filter(readable_projects(reach)).order_by()
    return readable(reach) | Q(pk__in=projects.values("programme_id"))


def citations_in_reach(reach: Reach) -> Any:
    """Citations whose milestone, metric or site is in reach; where they have none, whose project or programme is."""
    if reach.sees_all():
        return Citation.objects.all()
    milestones = Milestone.objects.filter(readable(reach)).order_by().values("pk")
    metrics = Metric.objects.filter(readable(reach)).order_by().values("pk")
    projects = projects_in_reach(reach).order_by()
    sites = Site.objects.filter(readable(reach)).order_by().values("pk")
    about_item = Q(milestone__in=milestones) | Q(metric__in=metrics) | Q(site__in=sites)
    no_item = Q(milestone__isnull=True, metric__isnull=True, site__isnull=True)
    about_project = no_item & Q(project__in=projects.values("pk"))
    about_programme = no_item & Q(project__isnull=True, programme__in=projects.values("programme_id"))
    own_programme = no_item & Q(project__isnull=True) & readable(reach, "programme__unit__path")
    return Citation.objects.filter(about_item | about_project | about_programme | own_programme)
