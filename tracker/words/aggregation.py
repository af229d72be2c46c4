"""How is a metric made from parts SAID? Its formula in a sentence, the ways to choose from, the roles of parts."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker import words
from tracker.domain.aggregation import Role
from tracker.domain.ledger_sums import Added, read
from tracker.domain.progress import Aggregation
from tracker.models import Metric
from tracker.words import metrics as metric_words
from tracker.words.relocation import FIGURES, USES

FORMULAS: Mapping[str, Promise] = {
    Aggregation.NONE: gettext_lazy("None: its unit reports it"),
    Aggregation.SUM: gettext_lazy("Sum of the parts"),
    Aggregation.LAST: gettext_lazy("The part reported last"),
    Aggregation.WEIGHTED: gettext_lazy("Mean of the parts, weighted by their targets"),
    Aggregation.RATIO_OF_SUMS: gettext_lazy("Ratio of two sums: numerators to denominators"),
}
FROM_LEDGER = "ledger"
"""The form's word for adding up the clearance ledger, which is stored as a sum."""
CHOICES: Mapping[str, Promise] = {
    **FORMULAS,
    FROM_LEDGER: gettext_lazy("From the clearance ledger: the sum of its sites"),
}
"""The ways to choose from."""

SENTENCES: Mapping[str, Promise] = {
    Aggregation.SUM: gettext_lazy("Sum of %(total)s parts"),
    Aggregation.LAST: gettext_lazy("The latest of %(total)s parts"),
    Aggregation.WEIGHTED: gettext_lazy("Mean of %(total)s parts, weighted by their targets"),
    Aggregation.RATIO_OF_SUMS: gettext_lazy("Sum of the numerators to the sum of the denominators, %(total)s parts"),
}

MISSING: Mapping[str, Promise] = {
    Aggregation.SUM: gettext_lazy("What is missing counts as unknown, not as zero."),
    Aggregation.WEIGHTED: gettext_lazy("It is worked out once every part is reported and has a target."),
    Aggregation.RATIO_OF_SUMS: gettext_lazy("It is worked out once every part is reported."),
}

ROLES: Mapping[str, Promise] = {
    Role.PART: gettext_lazy("part"),
    Role.NUMERATOR: gettext_lazy("numerator"),
    Role.DENOMINATOR: gettext_lazy("denominator"),
}


def formula(metric: Metric, *, undated: bool) -> str:
    """What the figure is made of, as of when, and how many of its parts are reported; '' for a reported metric."""
    if not metric.derived:
        return ""
    said = [_made_of(metric)]
    if metric.as_of and not undated:
        said.append(_("as of %(day)s") % {"day": words.day(metric.as_of)})
    said.append(_("%(counted)s of %(total)s reported") % {"counted": metric.parts_counted, "total": metric.parts_total})
    text = _("%(text)s.") % {"text": _("; ").join(said)}
    missing = MISSING.get(metric.aggregation)
    return text if missing is None or not metric.incomplete else _("%(one)s %(two)s") % {"one": text, "two": missing}


def _made_of(metric: Metric) -> str:
    added = read(metric.ledger)
    if added is None:
        return str(SENTENCES[metric.aggregation]) % {"total": metric.parts_total}
    text = _("From the clearance ledger: %(figure)s, %(sites)s")
    sites = ngettext("%(total)s site", "%(total)s sites", metric.parts_total) % {"total": metric.parts_total}
    return text % {"figure": added_name(added), "sites": sites}


def added_name(added: Added) -> str:
    """What is added up from the ledger: "Dwellings: floor area signed"."""
    use = str(USES[added.use]) if added.use else _("All uses")
    return _("%(use)s: %(figure)s") % {"use": use, "figure": FIGURES[added.figure]}


def decided(aggregation: str, ledger: str) -> str:
    """What was decided, as a line of the list of decisions."""
    added = read(ledger)
    return (
        str(FORMULAS[aggregation])
        if added is None
        else _("Clearance ledger: %(figure)s") % {"figure": added_name(added)}
    )


def figure(metric: Metric) -> str:
    """The figure of a part with its unit, or that there is none."""
    return words.quantity(metric.value) if metric.value_qualifier else _("not yet reported")


def candidate(metric: Metric, language: str) -> str:
    """What has to agree before a part is added: unit and basis."""
    unit = metric_words.unit(metric.measure) or metric.measure
    return " · ".join(text for text in (unit, metric_words.note(metric, language)) if text)
