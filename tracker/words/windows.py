"""Statutory windows and the calendar in words: lengths, laws with their articles, what a count came to."""

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker import words
from tracker.domain import regions
from tracker.domain.calendars import Counted, Unit
from tracker.domain.windows import Window, WindowKind

AREAS: Mapping[str, Promise] = {
    "tender": gettext_lazy("Construction tender"),
    "procurement": gettext_lazy("Government procurement"),
    "expropriation": gettext_lazy("Expropriation on state-owned land"),
    "collective": gettext_lazy("Expropriation of collective land"),
    "land": gettext_lazy("Land supply"),
    "planning": gettext_lazy("Planning"),
    "environment": gettext_lazy("Environmental assessment"),
    "permit": gettext_lazy("Permits and acceptance"),
    "decision": gettext_lazy("Decisions and information"),
}

KINDS: Mapping[str, Promise] = {
    "min": gettext_lazy("At least this long"),
    "max": gettext_lazy("At most this long"),
    "before": gettext_lazy("At least this long before"),
    "gate": gettext_lazy("Order only"),
}

UNITS: Mapping[str, Promise] = {
    "d": gettext_lazy("natural days"),
    "wd": gettext_lazy("working days"),
    "mon": gettext_lazy("months"),
    "yr": gettext_lazy("years"),
}

TAGS: Mapping[str, Promise] = {
    "L": gettext_lazy("read in the text of the law"),
    "W": gettext_lazy("from a secondary web page"),
    "C": gettext_lazy("computed from the rule"),
    "K": gettext_lazy("from knowledge, not confirmed"),
}


def amount(n: int, unit: Unit) -> str:
    """A length in words: 20 days, 10 working days, 3 months."""
    if unit is Unit.WORKING_DAY:
        text = ngettext("%(count)d working day", "%(count)d working days", n)
    elif unit is Unit.MONTH:
        text = ngettext("%(count)d month", "%(count)d months", n)
    elif unit is Unit.YEAR:
        text = ngettext("%(count)d year", "%(count)d years", n)
    else:
        text = ngettext("%(count)d day", "%(count)d days", n)
    return text % {"count": n}


def rule(window: Window) -> str:
    """What a window asks for: at least 20 days; at least 15 days before; order only."""
    if window.kind is WindowKind.GATE:
        return str(KINDS["gate"])
    length = amount(*window.length)
    if window.kind is WindowKind.MAX:
        return _("at most %(length)s") % {"length": length}
    if window.kind is WindowKind.BEFORE:
        return _("at least %(length)s before") % {"length": length}
    return _("at least %(length)s") % {"length": length}


def laws(window: Window) -> list[tuple[str, str]]:
    """Each law a window rests on, in the reader's language, with its article in words."""
    chinese = words.language().startswith("zh")
    names = window.law.split("；") if chinese or not window.law_en else window.law_en.split("; ")
    articles = window.article.split("；")
    articles += [""] * (len(names) - len(articles))
    return [(name, article_words(article)) for name, article in zip(names, articles, strict=False)]


def article_words(article: str) -> str:
    """An article as people cite it: 第24条, art. 24; '' for none."""
    if not article:
        return ""
    return _("art. %(number)s") % {
        "number": article if words.language().startswith("zh") else article.replace("、", ", ")
    }


def citation(window: Window) -> str:
    """Law and article in one line; several are joined."""
    found = [" ".join(part for part in pair if part) for pair in laws(window)]
    if words.language().startswith("zh"):
        found = ["".join(pair) for pair in laws(window)]
    return _("; ").join(found)


def region(code: str) -> str:
    """A region's name; the whole country for ''."""
    return regions.called(code, chinese=words.language().startswith("zh")) or _("Whole country")


def name(window: Window) -> str:
    """What a window is called in the reader's language."""
    return _either(window.name, window.name_en)


def named(window: Window) -> str:
    """What a window is called in a sentence that holds something against somebody: one whose text nobody has read in
    the law says so.
    """
    return name(window) if window.verified else _("%(window)s (to be confirmed)") % {"window": name(window)}


def steps(window: Window) -> tuple[str, str]:
    """From which step to which, in the reader's language."""
    return _either(window.from_step, window.from_step_en), _either(window.to_step, window.to_step_en)


def note(window: Window) -> str:
    """The note in the reader's language."""
    return _either(window.note, window.note_en)


def force(window: Window, on: date) -> str:
    """From when to when a version is the law, seen from a day."""
    first, last = window.effective_from, window.effective_to
    if last is not None and last < on:
        return _("in force until %(day)s") % {"day": words.day(last)}
    if first is not None and first > on:
        return _("in force from %(day)s on") % {"day": words.day(first)}
    if last is not None:
        return _("in force until %(day)s") % {"day": words.day(last)}
    return _("in force since %(day)s") % {"day": words.day(first)} if first else _("in force")


def counted(found: Counted) -> str:
    """How a count came to its day: rolled off a day that is not worked or not, on an estimated calendar or not."""
    parts = []
    if found.rolled:
        parts.append(_("%(day)s is not a working day") % {"day": words.day(found.raw)})
    if found.estimated:
        parts.append(_("by the estimated calendar"))
    return _("; ").join(parts)


def _either(chinese: str, english: str) -> str:
    return chinese if words.language().startswith("zh") or not english else english
