"""The words of the resettlement ledger: stages of homes, what is counted, who waits."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker import words
from tracker.domain.quantity_values import Qualifier, Quantity
from tracker.domain.relocation import Scope
from tracker.domain.resettlement import FIGURES as NAMES
from tracker.domain.resettlement import MEASURE, HomeCount, HomeStage, Waiting
from tracker.words.relocation import printed, stated

STAGES: Mapping[HomeStage, Any] = MappingProxyType(
    {
        HomeStage.STARTED: pgettext_lazy("stage of homes", "Started"),
        HomeStage.TOPPED_OUT: pgettext_lazy("stage of homes", "Topped out"),
        HomeStage.ACCEPTED: pgettext_lazy("stage of homes", "Completed and accepted"),
        HomeStage.ALLOCATED: pgettext_lazy("stage of homes", "Allocated"),
        HomeStage.MOVED_BACK: pgettext_lazy("stage of homes", "Moved back"),
    }
)
COUNTS: Mapping[HomeCount, Any] = MappingProxyType(
    {
        HomeCount.HOMES: pgettext_lazy("counted of housing", "Homes"),
        HomeCount.AREA: pgettext_lazy("counted of housing", "Floor area"),
        HomeCount.HOUSEHOLDS: pgettext_lazy("counted of housing", "Households"),
        HomeCount.PERSONS: pgettext_lazy("counted of housing", "People"),
    }
)
FIGURES: Mapping[str, Any] = MappingProxyType(
    {
        "started_homes": gettext_lazy("Homes started"),
        "started_area": gettext_lazy("Floor area started"),
        "topped_out_homes": gettext_lazy("Homes topped out"),
        "topped_out_area": gettext_lazy("Floor area topped out"),
        "accepted_homes": gettext_lazy("Homes completed and accepted"),
        "accepted_area": gettext_lazy("Floor area completed and accepted"),
        "allocated_homes": gettext_lazy("Homes allocated"),
        "allocated_households": gettext_lazy("Households with a home allocated"),
        "moved_back_homes": gettext_lazy("Homes moved into"),
        "moved_back_households": gettext_lazy("Households moved back"),
        "moved_back_persons": gettext_lazy("People moved back"),
    }
)
"""What each figure of an entry is called."""
assert set(FIGURES) == set(NAMES)


def measure_of(name: str) -> str:
    """The measure a figure is kept in: 套, 平方米, 户 or 人."""
    return MEASURE[HomeCount(name.rpartition("_")[2])]


def figure(name: str, value: Decimal | int | None) -> str:
    """A figure with its measure as officials print it; '' for none."""
    if value is None:
        return ""
    number, measure = printed(Decimal(value), measure_of(name))
    return words.quantity(Quantity(number, number, Qualifier.EXACT, measure))


def planned(count: HomeCount, scope: Scope) -> str:
    """What is planned, as stated; what a source leaves out says so."""
    return stated(scope, MEASURE[count])


def waiting(found: Waiting) -> str:
    """How many households wait: '1,200户', or '300户 to 1,200户' where the kinds of compensation are not known."""
    least, most = (words.quantity(_households(count)) for count in (found.least, found.most))
    return most if found.least == found.most else _("%(least)s to %(most)s") % {"least": least, "most": most}


def _households(count: int) -> Quantity:
    return Quantity(Decimal(count), Decimal(count), Qualifier.EXACT, "户")
