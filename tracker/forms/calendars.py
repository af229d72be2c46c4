"""The form that loads a year's notice: typed or pasted, or a file. The rules are the action's."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.notices import MAX_LENGTH
from tracker.domain.regions import REGIONS

LARGEST_FILE = 200_000
EXAMPLE = "春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月20日（周六）上班。"


class NoticeForm(forms.Form):
    """A notice and where it is from. `number` and `seen` tie what is loaded to the preview that was shown."""

    year = forms.IntegerField(label=_("Year"), min_value=2004, max_value=2100)
    region = forms.ChoiceField(
        label=_("Region"), required=False, help_text=_("Only for days off that one province has of its own.")
    )
    source = forms.CharField(label=_("Name and number of the notice"), max_length=200)
    text = forms.CharField(
        label=_("Text of the notice"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 9, "placeholder": EXAMPLE, "spellcheck": "false", "lang": "zh-Hans"}),
        help_text=_("One holiday a line, as printed; or a table with the columns date, working, name."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text=_("CSV with the columns date, working (1 or 0) and name."),
    )
    number = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        index = 0 if words.language().startswith("zh") else 1
        names = [(code, pair[index]) for code, pair in REGIONS.items()]
        self.fields["region"].choices = [("", _("Whole country")), *names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Take the file's text where a file came; one of the two is needed."""
        values = super().clean() or {}
        file = values.get("file")
        if isinstance(file, UploadedFile):
            values["text"] = self._decoded(file)
        elif not (values.get("text") or "").strip() and "text" not in self.errors:
            self.add_error("text", _("Paste the notice, or choose a file."))
        return values

    def _decoded(self, file: UploadedFile) -> str:
        if (file.size or 0) > LARGEST_FILE:
            self.add_error("file", _("This file is too large for a list of holidays."))
            return ""
        content = file.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text: str = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\x00" not in text:
                return text
        self.add_error("file", _("This file is no text we can read. Save it as CSV (UTF-8)."))
        return ""


def fingerprint(values: Mapping[str, Any]) -> str:
    """What was read, as a short mark: a text changed after the preview has to be looked at again."""
    text = "\n".join(values["text"].splitlines())
    return hashlib.sha256(f"{values['year']}|{values['region']}|{text}".encode()).hexdigest()
