"""What the form of a tender package offers."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from tracker.domain.tender_values import BIDS_DUE, LISTED, NOTICE_OUT
from tracker.models import ProcessStep
from tracker.permissions import Reach
from tracker.queries.backplan import templates


def processes(reach: Reach, kept: str = "") -> list[tuple[str, str]]:
    """Code and name of the processes in reach that lead through a call, and of the one `kept`; one query.

    Such a process puts out a notice and sets a bid deadline or a listing. A unit's copy may call its steps otherwise:
    there its original says.
    """
    return templates(reach, Q(code=kept) | (Q(_has(NOTICE_OUT)) & Q(_has(BIDS_DUE | LISTED))))


def _has(codes: frozenset[str]) -> Exists:
    return Exists(ProcessStep.objects.filter(template=Coalesce(OuterRef("origin"), OuterRef("pk")), code__in=codes))
