"""Accepting many reports at once, as a reviewer who has looked through a list: the rules of one, for each."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.actions import reports
from tracker.audit import Refused
from tracker.models import Report, User
from tracker.permissions import Reach

MOST = 200
"""So many at a time, so that nobody waits for long."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A report as it was looked at: `version` is that of its item then."""

    report: Report
    version: int


def accept_all(looked: Sequence[Looked], *, by: User, reach: Reach) -> list[Refused | None]:
    """Accept each by itself; answers, in order, None or why it stays. Raises Refused('too_many_reports').

    One transaction a report: each is wholly accepted or not at all, with its audit event, and no item is locked for
    longer than its own acceptance takes. What changed since it was looked at stays ('changed_since_looked').
    """
    if len(looked) > MOST:
        raise Refused("too_many_reports", most=MOST)
    answers: list[Refused | None] = []
    for one in looked:
        try:
            reports.accept(report=one.report, by=by, reach=reach, version=one.version)
        except Refused as refused:
            answers.append(refused)
        else:
            answers.append(None)
    return answers
