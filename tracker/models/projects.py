"""Projects: the parts of a programme."""

from django.db import models

from tracker.models.guard import ByCode, GuardedQuerySet, Named


class ProjectQuerySet(GuardedQuerySet["Project"]):
    """Questions about many projects."""

    def current(self) -> "ProjectQuerySet":
        """Not retired."""
        return self.filter(retired_at__isnull=True)


ProjectManager = ByCode.from_queryset(ProjectQuerySet)


class Project(Named):
    """A part of a programme that one unit answers for; milestones and metrics hang off it."""

    programme = models.ForeignKey("Programme", on_delete=models.PROTECT, related_name="projects")
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="projects")
    summary = models.TextField(blank=True, default="")
    summary_en = models.TextField(blank=True, default="")

    objects = ProjectManager()

    class Meta:
        ordering = ("programme", "position", "code")
        indexes = [models.Index(fields=["programme", "position"], name="project_programme")]
