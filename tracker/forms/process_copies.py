"""The forms of a unit's own process templates: making a copy, writing in it row by row, retiring it.

The editor is one form of three lists: steps, their order, the windows. A button beside a row sends everything and gives
it back with one row more, fewer or elsewhere; nothing is stored until it is saved. So it works without a script.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker import words
from tracker.domain.calendars import Unit
from tracker.domain.process_copies import (
    MAX_STEPS,
    MAX_TIES,
    MAX_WINDOWS,
    Fault,
    NamedStep,
    Omission,
    Sheet,
    dropped,
)
from tracker.domain.processes import MAX_DAYS, Attached, End, Link, Tie
from tracker.words import processes as wording

Choices = Sequence[tuple[str, Any]]
Row = dict[str, str]
UNITS: Choices = [("wd", _("working days")), ("d", _("natural days"))]
KINDS: Choices = [(kind.value, text) for kind, text in wording.KINDS.items()]
ENDS: Choices = [("s", pgettext_lazy("of a step", "start")), ("f", pgettext_lazy("of a step", "end"))]
LIMITS = {"steps": MAX_STEPS, "ties": MAX_TIES, "windows": MAX_WINDOWS}
FRESH: dict[str, Row] = {
    "steps": {"code": "", "name": "", "name_en": "", "days": "", "unit": "wd"},
    "ties": {"predecessor": "", "kind": "FS", "lag": "0", "lag_unit": "d", "successor": ""},
    "windows": {"window": "", "from_step": "", "from_end": "f", "to_step": "", "to_end": "f"},
}
TOP = ("version", "name", "name_en", "note", "note_en", "goal", "reason", "taken_over")
ACT = re.compile(r"(add|drop|up|down)-(steps|ties|windows)-([0-9]{1,3})")


class Pick(forms.Select):
    """A list to choose from, written in one go: the editor holds hundreds of options, and templates take long."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """The element with its options; `value` is the one chosen."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, mark_safe(" selected") if key == chosen else "", text) for key, text in self.choices),
        )
        return format_html(
            "<select{}>{}</select>", flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name})), options
        )


class CopyForm(forms.Form):
    """A copy of a template for a unit one plans for."""

    unit = forms.ChoiceField(label=_("Unit"), help_text=_("The copy is offered in this unit and the units below it."))
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    reason = forms.CharField(label=_("Why a copy of your own"), max_length=300)

    def __init__(self, *args: Any, units: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = [("", "—"), *units]  # type: ignore[attr-defined]


class RetireForm(forms.Form):
    """Why a copy is retired; `version` is the newest one the form was filled from."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why it is retired"), max_length=300)


def _area(language: str) -> forms.Textarea:
    """Two lines of text in one language, whatever the page's."""
    return forms.Textarea(attrs={"rows": 2, "lang": language})


class SheetForm(forms.Form):
    """What is said once: names, notes, the goal, why this version."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    note = forms.CharField(label=_("Note"), max_length=400, required=False, widget=_area("zh-Hans"))
    note_en = forms.CharField(label=_("Note in English"), max_length=600, required=False, widget=_area("en"))
    goal = forms.CharField(label=_("Deadline counts to"), max_length=10, widget=Pick())
    reason = forms.CharField(
        label=_("Why this version"), max_length=300, help_text=_("Kept with the version for good.")
    )
    taken_over = forms.BooleanField(
        label=_("What changed in the original has been looked at: compare with its newest version from now on"),
        required=False,
    )


class StepForm(forms.Form):
    """One step."""

    code = forms.CharField(label=_("Code"), max_length=10)
    name = forms.CharField(label=_("Step"), max_length=120)
    name_en = forms.CharField(label=_("Step in English"), max_length=200, required=False)
    days = forms.IntegerField(
        label=_("Usually (ours)"),
        min_value=0,
        max_value=MAX_DAYS,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("Counted in"), choices=UNITS, widget=Pick())


class TieForm(forms.Form):
    """One step after another."""

    successor = forms.CharField(label=_("Step"), max_length=10, widget=Pick())
    kind = forms.ChoiceField(label=_("In what way"), choices=KINDS, widget=Pick())
    predecessor = forms.CharField(label=_("Which one"), max_length=10, widget=Pick())
    lag = forms.IntegerField(
        label=_("Days between"),
        min_value=0,
        max_value=MAX_DAYS,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    lag_unit = forms.ChoiceField(label=_("Counted in"), choices=UNITS, widget=Pick())


class AttachedForm(forms.Form):
    """One window between two ends of steps."""

    window = forms.CharField(
        label=_("Statutory window"),
        max_length=20,
        widget=forms.TextInput({"list": "window-codes", "autocomplete": "off"}),
    )
    from_step = forms.CharField(label=_("From step"), max_length=10, widget=Pick())
    from_end = forms.ChoiceField(label=_("Its start or end"), choices=ENDS, widget=Pick())
    to_step = forms.CharField(label=_("To step"), max_length=10, widget=Pick())
    to_end = forms.ChoiceField(label=_("Its start or end"), choices=ENDS, widget=Pick())


class OmissionForm(forms.Form):
    """Why a window of the original is left out; `key` names the attachment."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why it is left out"), max_length=300, required=False)


FORMS: dict[str, type[forms.Form]] = {"steps": StepForm, "ties": TieForm, "windows": AttachedForm}


def key_of(held: Attached) -> str:
    """An attachment as a form field names it."""
    return f"{held.window}/{held.first.step}{held.first.end}/{held.last.step}{held.last.end}"


@dataclass
class Draft:
    """What the editor holds, as it was typed: single fields, rows of the three lists, reasons by attachment."""

    top: Row
    rows: dict[str, list[Row]]
    reasons: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, sheet: Sheet, version: int) -> "Draft":
        """A stored version, ready to be changed."""
        top = {name: getattr(sheet, name) for name in ("name", "name_en", "note", "note_en", "goal")}
        rows: dict[str, list[Row]] = {
            "steps": [
                {"code": step.code, "name": step.name, "name_en": step.name_en, "days": str(step.days)}
                | {"unit": step.unit.value}
                for step in sheet.steps
            ],
            "ties": [
                {"predecessor": tie.predecessor, "kind": tie.kind.value, "lag": str(tie.lag)}
                | {"lag_unit": tie.lag_unit, "successor": tie.successor}
                for tie in sheet.ties
            ],
            "windows": [
                {"window": held.window, "from_step": held.first.step, "from_end": held.first.end}
                | {"to_step": held.last.step, "to_end": held.last.end}
                for held in sheet.windows
            ],
        }
        return cls(top | {"version": str(version)}, rows, {key_of(one.held): one.reason for one in sheet.omitted})

    @classmethod
    def read(cls, data: QueryDict) -> "Draft":
        """What was sent; of rows beyond what a list may hold, one is kept so that they are refused."""
        top = {name: str(data[name]) for name in TOP if name in data}
        rows = {}
        for section, fresh in FRESH.items():
            count = data.get(f"{section}-count", "")
            number = int(count) if count.isascii() and count.isdigit() and len(count) < 5 else 0
            rows[section] = [
                {name: data.get(f"{section}-{at}-{name}", "") for name in fresh}
                for at in range(min(number, LIMITS[section] + 1))
            ]
        reasons = {}
        for at in range(LIMITS["windows"]):
            if key := data.get(f"omitted-{at}-key"):
                reasons[key] = data.get(f"omitted-{at}-reason", "")
        return cls(top, rows, reasons)

    def change(self, act: str) -> bool:
        """Do what a button beside a row asks for; whether it was one."""
        found = ACT.fullmatch(act)
        if not found:
            return False
        what, section, at = found[1], found[2], int(found[3])
        rows = self.rows[section]
        if what == "add" and len(rows) <= LIMITS[section]:
            rows.insert(min(at, len(rows)), dict(FRESH[section]))
        elif what == "drop" and at < len(rows):
            del rows[at]
        elif what in ("up", "down"):
            other = at - 1 if what == "up" else at + 1
            if 0 <= other < len(rows) and at < len(rows):
                rows[at], rows[other] = rows[other], rows[at]
        return True

    def windows(self) -> tuple[Attached, ...]:
        """The windows as they stand, whatever may be wrong with them."""
        return tuple(_attached(row) for row in self.rows["windows"])


def _attached(row: Mapping[str, Any]) -> Attached:
    return Attached(row["window"].strip(), End(row["from_step"], row["from_end"]), End(row["to_step"], row["to_end"]))


class Editor:
    """The forms of a draft. `check` fills them with errors; otherwise they only show what was typed."""

    def __init__(self, draft: Draft, *, origin: tuple[Attached, ...], names: Mapping[str, str], check: bool) -> None:
        """`origin` are the windows of the original, `names` what the windows of the table are called."""
        self.draft, self.origin = draft, origin
        self.section_errors: dict[str, list[str]] = {"steps": [], "ties": [], "windows": []}
        steps = _step_choices(draft.rows["steps"])
        self.form = SheetForm(draft.top) if check else SheetForm(initial=draft.top)
        _choose(self.form, "goal", steps, draft.top.get("goal", ""))
        self.rows = {section: self._rows(section, steps, check=check) for section in FORMS}
        for one, row in zip(self.rows["windows"], draft.rows["windows"], strict=True):
            one.fields["window"].help_text = names.get(row["window"].strip(), "")
        self.omitted = []
        for at, held in enumerate(dropped(draft.windows(), origin)):
            values = {"key": key_of(held), "reason": draft.reasons.get(key_of(held), "")}
            one = _form(OmissionForm, f"omitted-{at}", values, check=check)
            self.omitted.append((held, one))

    def _rows(self, section: str, steps: Choices, *, check: bool) -> list[forms.Form]:
        found = []
        for at, row in enumerate(self.draft.rows[section]):
            one = _form(FORMS[section], f"{section}-{at}", row, check=check)
            for name in ("predecessor", "successor", "from_step", "to_step"):
                if name in one.fields:
                    _choose(one, name, steps, row[name])
            found.append(one)
        return found

    def is_valid(self) -> bool:
        """Whether every field can be read; asks all of them, so that every error shows at once."""
        everything = [self.form, *(one for rows in self.rows.values() for one in rows)]
        everything += [one for _held, one in self.omitted]
        wrong = [one for one in everything if not one.is_valid()]
        return not wrong

    def wrong(self) -> bool:
        """Whether anything is marked as wrong."""
        rows = [one for rows in self.rows.values() for one in rows] + [one for _held, one in self.omitted]
        return any(self.section_errors.values()) or any(one.is_bound and one.errors for one in (self.form, *rows))

    def sheet(self) -> Sheet:
        """What was written; call it when it is valid."""
        said = self.form.cleaned_data
        omitted = ((held, one.cleaned_data["reason"].strip()) for held, one in self.omitted)
        return Sheet(
            **{name: said[name].strip() for name in ("name", "name_en", "note", "note_en", "goal")},
            steps=tuple(_step(one.cleaned_data) for one in self.rows["steps"]),
            ties=tuple(_tie(one.cleaned_data) for one in self.rows["ties"]),
            windows=tuple(_attached(one.cleaned_data) for one in self.rows["windows"]),
            omitted=tuple(Omission(held, reason) for held, reason in omitted),
        )

    def put(self, faults: Iterable[Fault]) -> None:
        """Put each fault beside its field."""
        for fault in faults:
            text = words.refusal(fault.code, dict(fault.inputs))
            if fault.section == "omitted":
                self.omitted[fault.row][1].add_error(fault.field, text)
            elif fault.section and fault.row < 0:
                self.section_errors[fault.section].append(text)
            elif fault.section:
                self.rows[fault.section][fault.row].add_error(fault.field, text)
            else:
                self.form.add_error(fault.field or None, text)


def _form(kind: type[forms.Form], prefix: str, values: Row, *, check: bool) -> forms.Form:
    if not check:
        return kind(initial=values, prefix=prefix)
    return kind({f"{prefix}-{name}": value for name, value in values.items()}, prefix=prefix)


def _step_choices(rows: list[Row]) -> Choices:
    """The steps as they are typed, by code and name in the reader's language."""
    chinese = words.language().startswith("zh")
    names = [(row["code"], row["name"] if chinese else row["name_en"] or row["name"]) for row in rows]
    return [(code, f"{code} {name}") for code, name in names if code]


def _choose(form: forms.Form, name: str, steps: Choices, typed: str) -> None:
    """Offer the steps; one that is typed and no longer there stays, to be seen and refused."""
    found = [("", "—"), *steps]
    if typed not in dict(found):
        found.append((typed, _("%(step)s (no such step)") % {"step": typed}))
    form.fields[name].widget.choices = found


def _step(said: Mapping[str, Any]) -> NamedStep:
    return NamedStep(said["code"], said["name"], said["name_en"], said["days"], Unit(said["unit"]))


def _tie(said: Mapping[str, Any]) -> Tie:
    return Tie(said["predecessor"], said["successor"], Link(said["kind"]), said["lag"], said["lag_unit"])
