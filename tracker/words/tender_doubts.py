"""What is odd in a report about a tender package, or about a step of one, in sentences."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import words
from tracker.domain.suspicion import Doubt
from tracker.words import tenders

OF_A_CALL = (*tenders.COUNTS.values(), gettext_lazy("Suspended from"), gettext_lazy("This call has failed"))
"""What belongs to one call, in the order of `tender_reports.OF_A_CALL`."""


DOUBTS: Mapping[str, Any] = MappingProxyType(
    {
        "package_too_few": gettext_lazy(
            "Only %(count)s units have bid, and the call is not said to have failed: "
            "fewer than three means calling again."
        ),
        "package_too_few GP-15": gettext_lazy(
            "Only %(count)s units have bid, and the call is not said to have failed: "
            "in government procurement fewer than three make it void."
        ),
        "package_falls": gettext_lazy(
            "%(name)s: from %(before)s down to %(after)s, though counted from the beginning."
        ),
        "package_round_back": gettext_lazy("Call number %(after)s comes after call number %(before)s."),
        "package_as_before": gettext_lazy(
            "%(name)s: the same as accepted of call number %(round)s; the author says that it was checked anew."
        ),
        "package_later_in_force": gettext_lazy(
            "This one speaks of %(as_of)s, a report of %(last)s is in force: once accepted, the counts stay as they "
            "are, and the suspensions of the call are worked out anew from all its reports."
        ),
        "package_suspension_lost": gettext_lazy(
            "No report of this call would state the suspension from %(since)s any more: the clock would have stood "
            "still %(days)s less in all, and what it has moved goes back."
        ),
        "package_suspension_lost 0": gettext_lazy(
            "No report of this call would state the suspension from %(since)s any more; the clock would not have stood "
            "still less in all."
        ),
        "package_suspension_cut": gettext_lazy(
            "This report no longer states the suspension from %(since)s: it would count until %(until)s, as far as "
            "other reports of this call state it."
        ),
        "package_suspension_overlaps": gettext_lazy(
            "The suspension from %(since)s overlaps the one from %(other)s; both count, a day they share once. If only "
            "the first day was put right, correct the report that stated %(other)s as well."
        ),
    }
)
"""What is odd in a report about a package."""


def doubt(value: Doubt) -> str:
    """What is odd in a report about a package, or about a step of one, as one sentence."""
    if value.code.startswith("tender_"):
        return _("%(package)s: %(said)s") % dict(value.inputs)
    shown: dict[str, Any] = dict(value.inputs)
    if "name" in shown:
        shown["name"] = OF_A_CALL[int(shown["name"])]
    shown |= {name: words.day(shown[name]) for name in ("since", "until", "other", "as_of", "last") if name in shown}
    which = shown.pop("rule", shown.get("days"))  # a rule has a sentence of its own, and so have no days
    if "days" in shown:
        shown["days"] = words.days(int(shown["days"]))
    text = str(DOUBTS.get(f"{value.code} {which}") or DOUBTS[value.code]) % shown
    return text if shown.get("sure", True) else tenders.unsure(text)
