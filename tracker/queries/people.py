"""People, appointments and units as the pages show them."""

from dataclasses import dataclass

from tracker.models import Appointment, Role
from tracker.permissions import ROLES


@dataclass(frozen=True, slots=True)
class DemoRole:
    """One button of the one-click sign-in."""

    code: str
    label: str
    description: str
    unit: str


def demo_roles(language: str) -> list[DemoRole]:
    """The demo accounts in the order they were made; one query."""
    held = Appointment.objects.filter(user__is_demo=True, user__is_active=True).select_related("user", "unit")
    return [
        DemoRole(
            code=appointment.user.username,
            label=str(ROLES[Role(appointment.role)].label),
            description=str(ROLES[Role(appointment.role)].description),
            unit=appointment.unit.called(language),
        )
        for appointment in held.order_by("id")
    ]
