"""Process templates: every version of each, with its steps, their order and the windows between them."""

from django.db import models
from django.db.models import OuterRef, Subquery

from tracker.domain.calendars import Unit
from tracker.domain.process_copies import NamedStep, Omission, Sheet
from tracker.domain.processes import Attached, End, Link, Step, Template, Tie
from tracker.models.guard import GuardedQuerySet, Record
from tracker.models.milestones import DependencyKind

UNITS = [("d", "d"), ("wd", "wd")]
ENDS = [("s", "s"), ("f", "f")]


class ProcessTemplateQuerySet(GuardedQuerySet["ProcessTemplate"]):
    """Questions about many templates."""

    def newest(self) -> "ProcessTemplateQuerySet":
        """The newest version of each template."""
        own = ProcessTemplate.objects.filter(code=OuterRef("code")).order_by("-version")
        return self.filter(pk=Subquery(own.values("pk")[:1]))

    def offered(self) -> "ProcessTemplateQuerySet":
        """The newest version of each template that has not been retired."""
        return self.newest().filter(retired=False)

    def whole(self, code: str, version: int | None = None) -> "ProcessTemplate | None":
        """One version of a template, else its newest, with all that belongs to it; seven queries, None for none."""
        rows = self.newest().filter(code=code) if version is None else self.filter(code=code, version=version)
        parts = ("steps", "ties__predecessor", "ties__successor", "windows", "omissions")
        return rows.select_related("origin", "unit", "by").prefetch_related(*parts).first()


class ProcessTemplate(Record):
    """One version of a template; rows are only ever added. `goal` is the step a deadline is meant for.

    A template of the whole house has no `unit`. A `unit`'s own copy names the version of the house's template it is
    held against, its `origin`; a version that says `retired` ends it.
    """

    code = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1)
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    goal = models.CharField(max_length=10)
    note = models.CharField(max_length=400, blank=True, default="")
    note_en = models.CharField(max_length=600, blank=True, default="")
    recorded_at = models.DateTimeField()
    origin = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies")
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="processes")
    by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")
    retired = models.BooleanField(default=False)

    objects = ProcessTemplateQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code", "version")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="process_version"),
            models.CheckConstraint(
                condition=models.Q(origin__isnull=True, unit__isnull=True, retired=False)
                | models.Q(origin__isnull=False, unit__isnull=False, by__isnull=False),
                name="process_copy_of_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def called(self, language: str) -> str:
        """The name in the reader's language."""
        return self.name if language.startswith("zh") or not self.name_en else self.name_en

    @property
    def process(self) -> str:
        """The code of the process it is, that of the house's template; a project has each process once."""
        return self.origin.code if self.origin else self.code

    def sheet(self) -> Sheet:
        """All that it says; read it with `whole` first."""
        return Sheet(
            name=self.name,
            name_en=self.name_en,
            note=self.note,
            note_en=self.note_en,
            goal=self.goal,
            steps=tuple(step.named() for step in self.steps.all()),
            ties=tuple(tie.value() for tie in self.ties.all()),
            windows=tuple(held.value() for held in self.windows.all()),
            omitted=tuple(omission.value() for omission in self.omissions.all()),
        )

    def value(self) -> Template:
        """The template as the domain plans with it; read it with `whole` first."""
        return Template(
            code=self.code,
            steps=tuple(step.value() for step in self.steps.all()),
            ties=tuple(tie.value() for tie in self.ties.all()),
            windows=tuple(held.value() for held in self.windows.all()),
            goal=self.goal,
        )


class ProcessStep(Record):
    """One step of a template version: `duration` days of `unit`, ours and not law; 0 is an event of one day."""

    template = models.ForeignKey(ProcessTemplate, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=10)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    duration = models.PositiveIntegerField()
    unit = models.CharField(max_length=2, choices=UNITS, default="wd")

    objects = GuardedQuerySet["ProcessStep"].as_manager()

    class Meta:
        ordering = ("template", "position")
        constraints = [models.UniqueConstraint(fields=["template", "code"], name="process_step")]

    def called(self, language: str) -> str:
        """The name in the reader's language."""
        return self.name if language.startswith("zh") or not self.name_en else self.name_en

    def value(self) -> Step:
        """The step as the domain plans with it."""
        return Step(self.code, self.duration, Unit(self.unit))

    def named(self) -> NamedStep:
        """The step as it is written down."""
        return NamedStep(self.code, self.name, self.name_en, self.duration, Unit(self.unit))


class ProcessTie(Record):
    """An order between two steps of a template version; the lag is never negative."""

    template = models.ForeignKey(ProcessTemplate, on_delete=models.PROTECT, related_name="ties")
    predecessor = models.ForeignKey(ProcessStep, on_delete=models.PROTECT, related_name="ties_out")
    successor = models.ForeignKey(ProcessStep, on_delete=models.PROTECT, related_name="ties_in")
    kind = models.CharField(max_length=2, choices=DependencyKind.choices, default=DependencyKind.FINISH_START)
    lag = models.PositiveIntegerField(default=0)
    lag_unit = models.CharField(max_length=2, choices=UNITS, default="d")

    objects = GuardedQuerySet["ProcessTie"].as_manager()

    class Meta:
        ordering = ("template", "id")
        constraints = [models.UniqueConstraint(fields=["predecessor", "successor"], name="process_tie")]

    def value(self) -> Tie:
        """The tie as the domain plans with it."""
        return Tie(self.predecessor.code, self.successor.code, Link(self.kind), self.lag, self.lag_unit)


class ProcessWindow(Record):
    """A statutory window, by its code, between the ends ('s' start, 'f' finish) of two steps of a template version."""

    template = models.ForeignKey(ProcessTemplate, on_delete=models.PROTECT, related_name="windows")
    window = models.CharField(max_length=20)
    from_step = models.CharField(max_length=10)
    from_end = models.CharField(max_length=1, choices=ENDS, default="f")
    to_step = models.CharField(max_length=10)
    to_end = models.CharField(max_length=1, choices=ENDS, default="f")

    objects = GuardedQuerySet["ProcessWindow"].as_manager()

    class Meta:
        ordering = ("template", "id")
        constraints = [
            models.UniqueConstraint(fields=["template", "window", "from_step", "to_step"], name="process_window")
        ]

    def value(self) -> Attached:
        """The window as the domain attaches it."""
        return Attached(self.window, End(self.from_step, self.from_end), End(self.to_step, self.to_end))


class ProcessOmission(Record):
    """A window that the origin attaches there and this version of a copy does not, and why."""

    template = models.ForeignKey(ProcessTemplate, on_delete=models.PROTECT, related_name="omissions")
    window = models.CharField(max_length=20)
    from_step = models.CharField(max_length=10)
    from_end = models.CharField(max_length=1, choices=ENDS, default="f")
    to_step = models.CharField(max_length=10)
    to_end = models.CharField(max_length=1, choices=ENDS, default="f")
    reason = models.CharField(max_length=300)

    objects = GuardedQuerySet["ProcessOmission"].as_manager()

    class Meta:
        ordering = ("template", "id")

    def value(self) -> Omission:
        """What is left out, as the domain knows it."""
        held = Attached(self.window, End(self.from_step, self.from_end), End(self.to_step, self.to_end))
        return Omission(held, self.reason)


class ProcessUse(Record):
    """That a template was applied to a project, or to a tender package in it, once for each process of either;
    `template` is the version it was.

    `process` is the code of the house's template, also where a unit's own copy of it was applied.
    """

    project = models.ForeignKey("Project", on_delete=models.PROTECT, related_name="processes")
    package = models.ForeignKey("Package", on_delete=models.PROTECT, null=True, blank=True, related_name="processes")
    process = models.CharField(max_length=20)
    template = models.ForeignKey(ProcessTemplate, on_delete=models.PROTECT, related_name="uses")
    deadline = models.DateField()
    deadline_text = models.CharField(max_length=60)
    region = models.CharField(max_length=8, blank=True, default="")
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("User", on_delete=models.PROTECT, related_name="+")

    objects = GuardedQuerySet["ProcessUse"].as_manager()

    class Meta:
        ordering = ("project", "recorded_at")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "process"], condition=models.Q(package__isnull=True), name="process_use_once"
            ),
            models.UniqueConstraint(fields=["package", "process"], name="process_use_once_a_package"),
        ]


class ProcessUseWindow(Record):
    """The very version of a window that a milestone's plan was checked against, and the milestone it counts from.

    `since` is None where that step was done already, on `since_day` (None where the day was not kept).
    """

    use = models.ForeignKey(ProcessUse, on_delete=models.PROTECT, related_name="windows")
    window = models.ForeignKey("StatutoryWindow", on_delete=models.PROTECT, related_name="+")
    since = models.ForeignKey("Milestone", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    until = models.ForeignKey("Milestone", on_delete=models.PROTECT, related_name="held_by_windows")
    since_end = models.CharField(max_length=1, choices=ENDS, default="f")
    until_end = models.CharField(max_length=1, choices=ENDS, default="f")
    since_day = models.DateField(null=True, blank=True)

    objects = GuardedQuerySet["ProcessUseWindow"].as_manager()

    class Meta:
        ordering = ("use", "id")
