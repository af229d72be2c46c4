"""What the training scenario moved of the works, and its way back: the beginning of reporting, a tender's step.

The audit event of the scenario keeps both; what somebody has moved since stays as it is.
"""

from datetime import date
from typing import Any

from tracker.models import AuditEvent, Milestone, PackageStep, Programme

TRAINING = "simulation.training"
"""The audit event of the training scenario; its `before` holds what the scenario moved and clearing moves back."""


def restore() -> None:
    """Move back what the last training scenario moved; called once its own rows are gone."""
    event = AuditEvent.objects.filter(action=TRAINING).first()
    if event is not None:
        before, after = event.before or {}, event.after or {}
        _tracking(before.get("tracking_from", {}), after.get("tracking_from", {}))
        _steps(before.get("steps", {}))


def _tracking(before: dict[str, str | None], after: dict[str, str]) -> None:
    for code, day in before.items():
        moved = after.get(code)
        rows = Programme.objects.filter(code=code, simulated=False)
        if moved and rows.filter(tracking_from=date.fromisoformat(moved)).exists():
            rows.update(tracking_from=date.fromisoformat(day) if day else None)


def _steps(before: dict[str, Any]) -> None:
    """Give steps of packages the milestones back that they had: package, step, code of the milestone."""
    for package, steps in before.items():
        for code, milestone in steps.items():
            held = Milestone.objects.filter(code=milestone).first()
            PackageStep.objects.filter(package__code=package, code=code, milestone=None).update(milestone=held)
