"""The forms of statutory windows: a count, a new version, a local row. The rules are the action's."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.calendars import Unit
from tracker.domain.regions import REGIONS
from tracker.domain.windows import WindowKind
from tracker.forms.people import day_field
from tracker.words import windows as said


class CountForm(forms.Form):
    """From which step, and on which day, to count."""

    way = forms.ChoiceField(label=_("Counted from"))
    day = day_field(label=_("Day"))

    def __init__(self, *args: Any, first: str, last: str, back: bool, **options: Any) -> None:
        """`first` and `last` are the two steps; `back` is whether one can count back from the last."""
        super().__init__(*args, **options)
        ways = [("from", first), ("to", last)] if back else [("from", first)]
        self.fields["way"].choices = ways  # type: ignore[attr-defined]


def _area(language: str) -> forms.Textarea:
    """Two lines of text in one language, whatever the page's."""
    return forms.Textarea(attrs={"rows": 2, "lang": language})


class WindowForm(forms.Form):
    """What a version of a row says. `version` is the newest one the form was filled from."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    region = forms.ChoiceField(label=_("Region"), required=False)
    kind = forms.TypedChoiceField(label=_("Kind"), coerce=WindowKind, choices=list(said.KINDS.items()))
    n = forms.IntegerField(label=_("Length"), min_value=1, max_value=9999, required=False)
    unit = forms.TypedChoiceField(
        label=_("Counted in"), coerce=Unit, empty_value=None, required=False, choices=[("", "—"), *said.UNITS.items()]
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    from_step = forms.CharField(label=_("From step"), max_length=120)
    from_step_en = forms.CharField(label=_("From step in English"), max_length=200, required=False)
    to_step = forms.CharField(label=_("To step"), max_length=120)
    to_step_en = forms.CharField(label=_("To step in English"), max_length=200, required=False)
    law = forms.CharField(label=_("Law"), max_length=120)
    law_en = forms.CharField(label=_("Law in English"), max_length=200, required=False)
    article = forms.CharField(label=_("Article"), max_length=60, required=False, help_text=_("Its number only."))
    effective_from = day_field(label=_("In force from"))
    effective_to = day_field(label=_("In force until"), required=False)
    source_tag = forms.ChoiceField(label=_("Evidence"), choices=list(said.TAGS.items()))
    note = forms.CharField(label=_("Note"), max_length=400, required=False, widget=_area("zh-Hans"))
    note_en = forms.CharField(label=_("Note in English"), max_length=600, required=False, widget=_area("en"))
    reason = forms.CharField(
        label=_("Why this is added"), max_length=300, help_text=_("Kept with the version for good.")
    )

    def __init__(self, *args: Any, local: bool, **options: Any) -> None:
        """`local` asks for a region; a new version keeps the one its row has."""
        super().__init__(*args, **options)
        if not local:
            del self.fields["region"]
            return
        index = 0 if words.language().startswith("zh") else 1
        names = [(code, pair[index]) for code, pair in REGIONS.items()]
        self.fields["region"].choices = [("", "—"), *names]  # type: ignore[attr-defined]
        self.fields["region"].required = True
