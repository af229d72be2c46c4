"""Process templates in words: steps, order, attached windows, and what differs between two versions."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import words
from tracker.domain.process_copies import Difference, NamedStep, Omission
from tracker.domain.processes import Attached, End, Link, Tie
from tracker.words import backplan

KINDS: Mapping[Link, Promise] = {
    Link.FS: gettext_lazy("after it ends"),
    Link.SS: gettext_lazy("after it starts"),
    Link.FF: gettext_lazy("ends after it ends"),
    Link.SF: gettext_lazy("ends after it starts"),
}

LABELS: Mapping[str, Promise] = {
    "name": gettext_lazy("Name"),
    "name_en": gettext_lazy("English name"),
    "note": gettext_lazy("Note"),
    "note_en": gettext_lazy("Note in English"),
    "goal": gettext_lazy("Deadline counts to"),
    "order": gettext_lazy("Steps in order"),
    "step": gettext_lazy("Step"),
    "tie": gettext_lazy("Order of steps"),
    "window": gettext_lazy("Statutory window"),
    "omitted": gettext_lazy("Left out"),
}


def after(tie: Tie) -> str:
    """A predecessor in words: its code, and what is not plainly finish to start."""
    parts = [tie.predecessor]
    if tie.kind is Link.SS:
        parts = [_("start of %(step)s") % {"step": tie.predecessor}]
    elif tie.kind is Link.FF:
        parts = [_("ends after %(step)s ends") % {"step": tie.predecessor}]
    elif tie.kind is Link.SF:
        parts = [_("ends after %(step)s starts") % {"step": tie.predecessor}]
    if tie.lag:
        parts.append("+" + words.lag(tie.lag, tie.lag_unit))
    return " ".join(parts)


def end(of: End) -> str:
    """An end of a step: start of B06, end of B08."""
    text = _("start of %(step)s") if of.end == "s" else _("end of %(step)s")
    return text % {"step": of.step}


def between(held: Attached) -> str:
    """Between which ends a window stands."""
    return f"{end(held.first)} → {end(held.last)}"


def label(found: Difference) -> str:
    """What a difference is about: a kind, and for a row of a list which one."""
    return f"{LABELS[found.kind]} {found.key}".strip()


def said(value: Any) -> str:
    """One side of a difference; '' where there is nothing."""
    if value is None:
        return ""
    if isinstance(value, NamedStep):
        names = value.name if words.language().startswith("zh") or not value.name_en else value.name_en
        return f"{names} · {backplan.usual(value.days, value.unit.value)}"
    if isinstance(value, Tie):
        return str(KINDS[value.kind]) + (f" +{words.lag(value.lag, value.lag_unit)}" if value.lag else "")
    if isinstance(value, Attached):
        return between(value)
    if isinstance(value, Omission):
        return (
            f"{between(value.held)}：{value.reason}"
            if words.language().startswith("zh")
            else (f"{between(value.held)}: {value.reason}")
        )
    return " → ".join(value) if isinstance(value, tuple) else str(value)
