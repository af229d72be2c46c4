"""People and their appointments: signing in and out, accounts, and the demo accounts of demo mode."""

from dataclasses import dataclass
from datetime import date

from tracker.audit import Refused, record, recording
from tracker.models import Appointment, Role, Unit, User


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A one-click account: user name, names, role and the code of its unit."""

    username: str
    name: str
    name_en: str
    role: Role
    unit: str


DEMO_ACCOUNTS = (
    DemoAccount("demo-leader", "演示·领导", "Demo leader", Role.LEADER, "GT"),
    DemoAccount("demo-official-a", "演示·填报员甲", "Demo official A", Role.OFFICIAL, "XH-U-JS"),
    DemoAccount("demo-official-b", "演示·填报员乙", "Demo official B", Role.OFFICIAL, "XH-U-PG"),
    DemoAccount("demo-reviewer", "演示·审核员", "Demo reviewer", Role.REVIEWER, "GT"),
    DemoAccount("demo-administrator", "演示·管理员", "Demo administrator", Role.ADMINISTRATOR, "GT"),
)


def signed_in(*, user: User) -> None:
    """Note in the audit trail that a person signed in."""
    with recording():
        record("session.sign_in", by=user, subject_type="user", subject_code=user.username)


def signed_out(*, user: User) -> None:
    """Note in the audit trail that a person signed out."""
    with recording():
        record("session.sign_out", by=user, subject_type="user", subject_code=user.username)


def ensure_demo_accounts(*, demo: bool, today: date) -> int:
    """Make the demo accounts that are missing; returns how many. Raises Refused('not_demo') outside demo mode."""
    if not demo:
        raise Refused("not_demo")
    made = 0
    with recording():
        for account in DEMO_ACCOUNTS:
            unit = Unit.objects.filter(code=account.unit).first()
            if unit is None or User.objects.filter(username=account.username).exists():
                continue
            user = User(username=account.username, name=account.name, name_en=account.name_en, is_demo=True)
            user.set_unusable_password()
            user.save()
            Appointment(user=user, unit=unit, role=account.role, valid_from=today).save()
            made += 1
        if made:
            record("demo.accounts", by=None, subject_type="user", after={"made": made})
    return made
