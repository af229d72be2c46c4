"""Every address of the product; each noun's views list their own."""

from django.urls import include, path

NOUNS = (
    "health",
    "session",
    "overview",
    "timeline",
    "programmes",
    "projects",
    "milestones",
    "metrics",
    "grid",
    "relocation",
    "site_plans",
    "resettlement",
    "housing",
    "parts",
    "reports",
    "drafts",
    "sheets",
    "foreign_sheets",
    "evidence",
    "review",
    "sources",
    "history",
    "people",
    "organisations",
    "calendars",
    "windows",
    "backplan",
    "schedule_files",
    "tender_plans",
    "tenders",
    "plan_check",
    "feeds",
    "notices",
    "process_copies",
    "guide",
)

urlpatterns = [path("", include(f"tracker.views.{noun}")) for noun in NOUNS]
