"""When a programme wants reports."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.domain.duties import LAST_DAY, Cycle, Rhythm
from tracker.words.duties import RHYTHMS, WEEKDAYS


class CycleForm(forms.Form):
    """The rhythm and the closing day; the day of the other rhythm is not read."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("Reports are wanted"), choices=[(one.value, RHYTHMS[one]) for one in Rhythm],
        widget=forms.RadioSelect,
    )  # fmt: skip
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Weekly: due by"), choices=list(WEEKDAYS.items()), coerce=int, required=False
    )
    month_day = forms.IntegerField(
        label=gettext_lazy("Monthly: due by day"),
        required=False,
        help_text=gettext_lazy("1 to 31; in shorter months the last day."),
    )
    escalate_days = forms.IntegerField(
        label=gettext_lazy("Days until the unit above is told"),
        min_value=1,
        max_value=90,
        help_text=gettext_lazy("Counted from the day a report was due."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def clean(self) -> dict[str, Any]:
        """The cycle, from the field that goes with the rhythm."""
        values: dict[str, Any] = super().clean() or {}
        if "rhythm" not in values:
            return values
        rhythm = Rhythm(values["rhythm"])
        field = "month_day" if rhythm is Rhythm.MONTHLY else "weekday"
        for other in {"month_day", "weekday"} - ({field} if rhythm is not Rhythm.MILESTONE else set()):
            self.errors.pop(other, None)  # it is not shown
        day = 1 if rhythm is Rhythm.MILESTONE else values.get(field)
        if rhythm is not Rhythm.MILESTONE and field not in self.errors:
            if not isinstance(day, int) or not 1 <= day <= LAST_DAY[rhythm]:
                self.add_error(field, _("Choose a day from 1 to %(high)s.") % {"high": LAST_DAY[rhythm]})
            else:
                values["cycle"] = Cycle(rhythm, day)
        elif rhythm is Rhythm.MILESTONE:
            values["cycle"] = Cycle(rhythm, 1)
        return values
