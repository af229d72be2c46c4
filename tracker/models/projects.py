"""Projects: the parts of a programme."""

from typing import Any, ClassVar

from django.db import models

from tracker.models.guard import ByCode, GuardedQuerySet, Named


class ProjectQuerySet(GuardedQuerySet["Project"]):
    def current(self) -> "ProjectQuerySet":
        """Not retired."""
        return self.filter(retired_at__isnull=True)


class Project(Named):
    programme = models.ForeignKey("Programme", on_delete=models.PROTECT, related_name="projects")
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="projects")
    summary = models.TextField(blank=True, default="")
    summary_en = models.TextField(blank=True, default="")

    objects: ClassVar[Any] = ByCode.from_queryset(ProjectQuerySet)()

    class Meta:
        ordering = ("programme", "position", "code")
        indexes = [models.Index(fields=["programme", "position"], name="project_programme")]
