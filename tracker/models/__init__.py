"""What is stored."""

from tracker.models.calendars import CalendarDay, CalendarNotice, DayStatus
from tracker.models.comments import Comment
from tracker.models.drafts import Draft
from tracker.models.evidence import Evidence
from tracker.models.feeds import CalendarFeed
from tracker.models.history import AuditEvent
from tracker.models.metrics import Derivation, Metric, MetricPlan
from tracker.models.milestones import (
    AnyDependency,
    Dependency,
    DependencyKind,
    EndedDependency,
    Milestone,
    MilestonePlan,
    dependencies,
)
from tracker.models.notices import Digest, Notice, NoticeSetting
from tracker.models.organisations import Appointment, Role, Unit, UnitKind, User
from tracker.models.processes import (
    ProcessOmission,
    ProcessStep,
    ProcessTemplate,
    ProcessTie,
    ProcessUse,
    ProcessUseWindow,
    ProcessWindow,
)
from tracker.models.programmes import Baseline, BaselineEntry, Programme
from tracker.models.projects import Project
from tracker.models.relocation import Site, SitePlan, SiteReport
from tracker.models.reports import MetricReport, MilestoneReport, Report
from tracker.models.resettlement import Housing, HousingPlan, HousingReport
from tracker.models.schedules import ScheduleFinding
from tracker.models.sheets import SheetMapping, SheetSending, SheetUpload
from tracker.models.sources import Citation, CitationKind, CitationStatus, Document
from tracker.models.tenders import Package, PackagePlan, PackageReport, PackageStep
from tracker.models.windows import SourceTag, StatutoryWindow

__all__ = [
    "AnyDependency",
    "Appointment",
    "AuditEvent",
    "Baseline",
    "BaselineEntry",
    "CalendarDay",
    "CalendarFeed",
    "CalendarNotice",
    "Citation",
    "CitationKind",
    "CitationStatus",
    "Comment",
    "DayStatus",
    "Dependency",
    "DependencyKind",
    "Derivation",
    "Digest",
    "Document",
    "Draft",
    "EndedDependency",
    "Evidence",
    "Housing",
    "HousingPlan",
    "HousingReport",
    "Metric",
    "MetricPlan",
    "MetricReport",
    "Milestone",
    "MilestonePlan",
    "MilestoneReport",
    "Notice",
    "NoticeSetting",
    "Package",
    "PackagePlan",
    "PackageReport",
    "PackageStep",
    "ProcessOmission",
    "ProcessStep",
    "ProcessTemplate",
    "ProcessTie",
    "ProcessUse",
    "ProcessUseWindow",
    "ProcessWindow",
    "Programme",
    "Project",
    "Report",
    "Role",
    "ScheduleFinding",
    "SheetMapping",
    "SheetSending",
    "SheetUpload",
    "Site",
    "SitePlan",
    "SiteReport",
    "SourceTag",
    "StatutoryWindow",
    "Unit",
    "UnitKind",
    "User",
    "dependencies",
]
