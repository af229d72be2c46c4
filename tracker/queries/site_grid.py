"""The clearance sites a person may report on at once: those of the grid, and those its rows name."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from tracker.models import Project, Site
from tracker.permissions import Permission, Reach, readable, within
from tracker.queries.site_items import loaded_sites


@dataclass(frozen=True, slots=True)
class SiteGrid:
    """The sites of one grid, how many there are in all, and the projects to narrow it to: (code, name)."""

    sites: tuple[Site, ...]
    total: int
    projects: tuple[tuple[str, str], ...]


def site_grid(*, reach: Reach, language: str, project: str, most: int) -> SiteGrid:
    """Up to `most` sites with anything left that no report waits on, of one project or of all; three queries."""
    own = within("unit__path", reach.paths(Permission.REPORT))
    open_ = loaded_sites().filter(own & Q(pk__in=Site.objects.uncleared().order_by().values("pk")), pending=0)
    projects = Project.objects.filter(pk__in=open_.order_by().values("project")).order_by("position", "code")
    shown = open_.filter(project__code=project) if project else open_
    order = ("project__programme__position", "project__position", "project__code", "position", "code")
    return SiteGrid(
        sites=tuple(shown.order_by(*order)[:most]),
        total=shown.count(),
        projects=tuple((one.code, one.called(language)) for one in projects),
    )


def sites_named(codes: Iterable[str], *, reach: Reach) -> dict[str, Site]:
    """The sites of these codes in reading reach; one query."""
    return {row.code: row for row in loaded_sites().filter(readable(reach), code__in=list(codes)).order_by()}
